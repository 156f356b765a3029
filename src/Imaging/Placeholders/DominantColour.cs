namespace Pipeline.Imaging.Placeholders;

/// <summary>The colour that most of an image has. The mean of all would be mud: half red and half green have no brown in them.</summary>
internal static class DominantColour
{
    private const int Steps = 8;

    /// <summary>The mean of the fullest of 8 × 8 × 8 boxes of similar colours; transparent pixels count by their alpha.</summary>
    public static Rgb Of(Bitmap bitmap)
    {
        var boxes = new (long Weight, long Red, long Green, long Blue)[Steps * Steps * Steps];
        var pixels = bitmap.Pixels;
        for (var p = 0; p < pixels.Length; p += bitmap.Bands)
        {
            var weight = bitmap.HasAlpha ? pixels[p + 3] : 255;
            ref var box = ref boxes[(Step(pixels[p]) * Steps * Steps) + (Step(pixels[p + 1]) * Steps) + Step(pixels[p + 2])];
            box.Weight += weight;
            box.Red += pixels[p] * weight;
            box.Green += pixels[p + 1] * weight;
            box.Blue += pixels[p + 2] * weight;
        }

        var (total, red, green, blue) = boxes.MaxBy(box => box.Weight);
        return total == 0 ? default : new Rgb((byte)(red / total), (byte)(green / total), (byte)(blue / total));
    }

    private static int Step(byte value) => value * Steps / 256;
}
