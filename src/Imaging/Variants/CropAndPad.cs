using Pipeline.Contracts;

namespace Pipeline.Imaging.Variants;

/// <summary>Crops or pads a scaled image to the size of its variant.</summary>
internal static class CropAndPad
{
    /// <summary>Returns a new bitmap, or null if the image already has the size.</summary>
    /// <param name="image">The whole image, scaled.</param>
    /// <param name="output">Not larger than the image in both directions (crop), or not smaller in both (pad).</param>
    /// <param name="focus">A crop keeps this point, as close to its centre as the edges allow.</param>
    /// <param name="background">Padding colour of an opaque image; an image with alpha gets transparent padding.</param>
    public static Bitmap? Apply(Bitmap image, PixelSize output, FocalPoint focus, Rgb background)
    {
        if (image.Width == output.Width && image.Height == output.Height)
        {
            return null;
        }

        return image.Width >= output.Width && image.Height >= output.Height
            ? Cut(image, output, focus)
            : Pad(image, output, background);
    }

    private static Bitmap Cut(Bitmap image, PixelSize output, FocalPoint focus)
    {
        var left = Start(focus.X, image.Width, output.Width);
        var top = Start(focus.Y, image.Height, output.Height);
        var cut = Bitmap.Allocate(output.Width, output.Height, image.Bands);
        for (var y = 0; y < output.Height; y++)
        {
            image.Row(top + y).Slice(left * image.Bands, output.Width * image.Bands).CopyTo(cut.Row(y));
        }

        return cut;
    }

    private static int Start(double focus, int length, int window) =>
        (int)Math.Clamp(Math.Round((focus * length) - (window / 2.0), MidpointRounding.AwayFromZero), 0, length - window);

    private static Bitmap Pad(Bitmap image, PixelSize output, Rgb background)
    {
        var padded = Bitmap.Allocate(output.Width, output.Height, image.Bands);
        Fill(padded, background);
        var (left, top) = ((output.Width - image.Width) / 2, (output.Height - image.Height) / 2);
        for (var y = 0; y < image.Height; y++)
        {
            image.Row(y).CopyTo(padded.Row(top + y)[(left * image.Bands)..]);
        }

        return padded;
    }

    private static void Fill(Bitmap bitmap, Rgb colour)
    {
        var pixels = bitmap.Pixels;
        ReadOnlySpan<byte> pixel = [colour.Red, colour.Green, colour.Blue, 0];
        for (var p = 0; p < pixels.Length; p += bitmap.Bands)
        {
            pixel[..bitmap.Bands].CopyTo(pixels[p..]);
        }
    }
}
