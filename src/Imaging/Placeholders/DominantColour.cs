namespace Pipeline.Imaging.Placeholders;

/// <summary>The most common colour of an image. The mean of all pixels would be wrong: half red and half green would give brown.</summary>
internal static class DominantColour
{
    private const int Steps = 8;

    /// <summary>Sorts colours into 8 × 8 × 8 boxes and returns the mean of the fullest box; each pixel is weighted by its alpha.</summary>
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
