using Pipeline.Imaging.Animation;
using Pipeline.Imaging.Colours;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Resampling;

namespace Pipeline.Imaging.Vips;

/// <summary>Decodes a file once into the largest bitmap that is needed: upright, sRGB.</summary>
internal static class VipsDecoder
{
    /// <summary>Reads size and frame count from the header; decodes no pixel.</summary>
    /// <exception cref="VipsException">The header cannot be read.</exception>
    public static (int Width, int Height, int Frames) ReadHeader(ReadOnlySpan<byte> bytes, ImageType type)
    {
        if (type == ImageType.Gif)
        {
            var gif = GifHeader.Read(bytes, int.MaxValue);
            return (gif.Width, gif.Height, gif.Frames);
        }

        using var image = VipsSource.Open(bytes, type);
        return ReadHeader(image, type);
    }

    /// <summary>The same for an image that is already open.</summary>
    public static (int Width, int Height, int Frames) ReadHeader(VipsImage image, ImageType type)
    {
        var frames = type.CanMove() ? image.Frames : 1;
        return image.IsSideways ? (image.Height, image.Width, frames) : (image.Width, image.Height, frames);
    }

    /// <summary>Decodes the first frame strictly, at the given size of the upright image.</summary>
    /// <exception cref="VipsException">The pixels cannot be decoded.</exception>
    public static Bitmap Decode(ReadOnlySpan<byte> bytes, ImageType type, int width, int height, CancellationToken cancellationToken)
    {
        if (type == ImageType.Gif)
        {
            return DecodeGif(bytes, width, height, cancellationToken);
        }

        using var header = VipsSource.Open(bytes, type);
        return Decode(header, bytes, type, width, height, cancellationToken);
    }

    /// <summary>The same for an image that is open and not decoded yet.</summary>
    public static Bitmap Decode(
        VipsImage header, ReadOnlySpan<byte> bytes, ImageType type, int width, int height, CancellationToken cancellationToken)
    {
        var orientation = header.Orientation;
        (width, height) = header.IsSideways ? (height, width) : (width, height);
        if (width > header.Width || height > header.Height)
        {
            throw new InvalidOperationException("The size is larger than the image, and images are never enlarged.");
        }

        // The loader takes the shrink factor when it opens the image, but the factor depends on the size, which is known only after opening. So
        // an image that shrinks is opened twice. The second opening costs little: it reads the header again, without metadata, and no pixel.
        var shrink = VipsSource.CanShrink(type) && header.Frames == 1 ? Shrink(header, width, height) : 1;
        using var smaller = shrink == 1 ? null : VipsSource.Open(bytes, type, shrink);
        var image = smaller ?? header;
        var bitmap = IsPhoto(image) && RgbResampler.Supports(image.Width, image.Height, width, height)
            ? DecodePhoto(image, width, height, cancellationToken)
            : DecodeAny(image, width, height, cancellationToken);
        return orientation == 1 ? bitmap : OwnerTurn(bitmap, orientation, cancellationToken);
    }

    /// <summary>Turns a decoded bitmap upright: after the decode, because rotation needs random access and the decoder reads in order.</summary>
    internal static Bitmap OwnerTurn(Bitmap lying, int orientation, CancellationToken cancellationToken)
    {
        using (lying)
        {
            using var image = VipsImage.Over(lying);
            VipsNative.SetInt(image, "orientation", orientation);
            using var upright = new VipsOperation("autorot", string.Empty).With("in", image).Run();
            return upright.ToBitmap(cancellationToken);
        }
    }

    private static Bitmap DecodeGif(ReadOnlySpan<byte> gif, int width, int height, CancellationToken cancellationToken)
    {
        var whole = GifAnimation.ReadFirst(gif, cancellationToken);
        if (whole.Width == width && whole.Height == height)
        {
            return whole;
        }

        using (whole)
        {
            return VipsResize.To(whole, width, height, cancellationToken);
        }
    }

    private static bool IsPhoto(VipsImage image) => image.IsEightBit && image.Bands == 3 && image.IsSrgb;

    // DecodePhoto and DecodeAny convert colours after the resize, because there are far fewer pixels to convert.
    private static Bitmap DecodePhoto(VipsImage image, int width, int height, CancellationToken cancellationToken)
    {
        using var resampler = new RgbResampler(image.Width, image.Height, width, height);
        image.ReadRows(resampler.Push, cancellationToken);
        var bitmap = resampler.Take();
        if (!image.HasProfile)
        {
            return bitmap;
        }

        using (bitmap)
        {
            using var bare = VipsImage.Over(bitmap);
            bare.TakeProfileOf(image);
            using var coloured = VipsColour.ToSrgb(bare);
            return coloured.ToBitmap(cancellationToken);
        }
    }

    private static Bitmap DecodeAny(VipsImage image, int width, int height, CancellationToken cancellationToken)
    {
        using var resized = VipsResize.To(image, width, height);
        var isInks = resized is { IsCmyk: true, IsEightBit: true };
        using var coloured = isInks ? VipsColour.InksToSrgb(resized) : VipsColour.ToSrgb(resized);
        if (coloured is not null)
        {
            return coloured.ToBitmap(cancellationToken);
        }

        using var inks = resized.ToBitmap(cancellationToken);
        return CmykToRgb.ToRgb(inks);
    }

    /// <summary>The factor by which the decoder itself can reduce an image, for a size of the stored image.</summary>
    internal static int Shrink(VipsImage image, int width, int height)
    {
        var shrink = 1;
        while (shrink < 8 && image.Width / (shrink * 2) >= width && image.Height / (shrink * 2) >= height)
        {
            shrink *= 2;
        }

        return shrink;
    }
}
