namespace Pipeline.Imaging.Codecs;

/// <summary>Blends transparent pixels with a background colour, for formats without alpha.</summary>
internal static class AlphaFlattening
{
    public static Bitmap Flatten(Bitmap bitmap, Rgb background)
    {
        var flat = Bitmap.Allocate(bitmap.Width, bitmap.Height, 3);
        var from = bitmap.Pixels;
        var to = flat.Pixels;
        for (int i = 0, o = 0; i < from.Length; i += 4, o += 3)
        {
            int alpha = from[i + 3];
            to[o] = Mix(from[i], background.Red, alpha);
            to[o + 1] = Mix(from[i + 1], background.Green, alpha);
            to[o + 2] = Mix(from[i + 2], background.Blue, alpha);
        }

        return flat;
    }

    private static byte Mix(int colour, int background, int alpha) => (byte)(((colour * alpha) + (background * (255 - alpha)) + 127) / 255);
}
