using System.Runtime.InteropServices;
using Pipeline.Imaging.Planes;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Codecs;

/// <summary>Encodes pixels as a progressive JPEG without any metadata.</summary>
internal static unsafe class JpegEncoder
{
    /// <summary>Progressive includes optimised Huffman tables: the library cannot write one without the other.</summary>
    private const int Flags = LibTurboJpeg.Progressive | LibTurboJpeg.AccurateDct;

    private delegate int Compression(nint encoder, byte** jpeg, nuint* length);

    /// <param name="bitmap">Without alpha; see <see cref="AlphaFlattening"/>.</param>
    /// <param name="quality">1–100.</param>
    public static EncodedImage Encode(Bitmap bitmap, int quality)
    {
        if (bitmap.HasAlpha)
        {
            throw new ArgumentException("JPEG has no alpha.", nameof(bitmap));
        }

        if (NativeLibraries.JpegByVips)
        {
            return VipsSaver.Jpeg(bitmap, quality);
        }

        fixed (byte* pixels = bitmap.Pixels)
        {
            var from = pixels;
            return Encode((encoder, jpeg, length) => LibTurboJpeg.Compress(
                encoder, from, bitmap.Width, bitmap.Width * 3, bitmap.Height, LibTurboJpeg.Rgb, jpeg, length, LibTurboJpeg.Subsample420, quality, Flags));
        }
    }

    /// <summary>The same without a conversion of colours.</summary>
    /// <param name="image">With one sample of colour for each 2 × 2 pixels.</param>
    /// <param name="quality">1–100.</param>
    public static EncodedImage Encode(PlanarImage image, int quality) => Encode((encoder, jpeg, length) =>
    {
        using var brightness = EvenPlane.Of(image);
        var planes = stackalloc byte*[] { brightness.Start, image.Start(1), image.Start(2) };
        var strides = stackalloc int[] { brightness.Stride, image.WidthOf(1), image.WidthOf(2) };
        return LibTurboJpeg.CompressPlanes(
            encoder, planes, image.Width, strides, image.Height, LibTurboJpeg.Subsample420, jpeg, length, quality, Flags);
    });

    private static EncodedImage Encode(Compression compress)
    {
        var encoder = LibTurboJpeg.InitCompress();
        byte* jpeg = null;
        nuint length = 0;
        try
        {
            if (compress(encoder, &jpeg, &length) != 0)
            {
                LibTurboJpeg.Free((nint)jpeg);
                throw new InvalidOperationException($"libjpeg-turbo failed to encode: {Marshal.PtrToStringUTF8(LibTurboJpeg.LastError(encoder))}");
            }
        }
        finally
        {
            _ = LibTurboJpeg.Destroy(encoder);
        }

        return new EncodedImage((nint)jpeg, checked((int)length), LibTurboJpeg.Free);
    }
}
