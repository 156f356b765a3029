using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging.Variants;

/// <summary>One size to make: the whole image is scaled first, and then cut or padded to what is written.</summary>
/// <param name="Name">From the profile, such as <c>w640</c> or <c>64x64</c>, even where the image is smaller.</param>
/// <param name="Scaled">The whole image.</param>
/// <param name="Output">What is written: smaller where it is cut, larger where it is padded, never both.</param>
internal sealed record VariantSize(string Name, PixelSize Scaled, PixelSize Output);

/// <summary>Width and height in pixels.</summary>
internal sealed record PixelSize(int Width, int Height);

/// <summary>Which sizes are made of an image.</summary>
internal static class SizePlan
{
    /// <summary>
    /// The tallest output, which is WebP's own limit for a side and holds for all formats, so that all have the same size. An image that
    /// would come out taller is made smaller as a whole; only one that would then be narrower than a pixel is compressed in height.
    /// </summary>
    public const int MaxHeight = 16_383;

    /// <summary>Smallest first, so that each can be derived from the next one. Ends with the first size that the image does not exceed.</summary>
    public static IReadOnlyList<VariantSize> For(int width, int height, Profile profile) =>
        profile.Boxes.Count > 0 ? Boxes(new PixelSize(width, height), profile) : Widths(width, height, profile);

    private static List<VariantSize> Widths(int width, int height, Profile profile)
    {
        var widest = height <= MaxHeight ? width : Math.Max(1, (int)((long)width * MaxHeight / height));
        var least = WidthOfShortSide(width, height, profile.MinShortSide);
        var rungs = new List<VariantSize>();
        foreach (var wanted in profile.Widths.Order().Distinct())
        {
            var actual = Math.Min(Math.Max(wanted, least), widest);

            // Several widths that are below the smallest side give the same pixels.
            if (rungs.Count == 0 || rungs[^1].Output.Width != actual)
            {
                // From the original's size each time: rounding a rounded size is off by a pixel.
                var tall = Math.Round((double)height * actual / width, MidpointRounding.AwayFromZero);
                var size = new PixelSize(actual, (int)Math.Clamp(tall, 1, MaxHeight));
                rungs.Add(new VariantSize($"w{wanted}", size, size));
            }

            if (actual == widest)
            {
                break;
            }
        }

        return rungs;
    }

    /// <summary>The width at which the shorter side is at least so long, as far as an output may be wide.</summary>
    private static int WidthOfShortSide(int width, int height, int side) =>
        height >= width ? side : (int)Math.Min((((long)side * width) + (height / 2)) / height, ProfileRules.MaxSide);

    private static List<VariantSize> Boxes(PixelSize image, Profile profile)
    {
        var rungs = profile.Boxes.Distinct()
            .Select(box => profile.Fit == Fit.Cover ? Cover(image, box) : Within(image, box, padded: profile.Fit == Fit.Contain))
            .OrderBy(rung => rung.Scaled.Width).ThenBy(rung => rung.Scaled.Height).ThenBy(rung => rung.Output.Width).ToList();

        // A small image fills several boxes with the same pixels.
        return [.. rungs.Where((rung, i) => i == 0 || rung.Output != rungs[i - 1].Output)];
    }

    private static VariantSize Within(PixelSize image, Box box, bool padded)
    {
        var scaled = Scale(image, Math.Min((double)box.Width / image.Width, (double)box.Height / image.Height));
        return new VariantSize(box.ToString(), scaled, padded ? new PixelSize(box.Width, box.Height) : scaled);
    }

    private static VariantSize Cover(PixelSize image, Box box)
    {
        var (across, down) = ((double)box.Width / image.Width, (double)box.Height / image.Height);
        if (Math.Max(across, down) <= 1)
        {
            var scaled = Scale(image, Math.Max(across, down));
            var size = new PixelSize(Math.Max(scaled.Width, box.Width), Math.Max(scaled.Height, box.Height));
            return new VariantSize(box.ToString(), size, new PixelSize(box.Width, box.Height));
        }

        // Not large enough to fill it: the same shape, as large as the image allows.
        var shape = Scale(new PixelSize(box.Width, box.Height), 1 / Math.Max(across, down));
        return new VariantSize(box.ToString(), image, new PixelSize(Math.Min(shape.Width, image.Width), Math.Min(shape.Height, image.Height)));
    }

    private static PixelSize Scale(PixelSize size, double by)
    {
        var scale = Math.Min(1, by);
        return new PixelSize(Round(size.Width * scale), Round(size.Height * scale));
    }

    private static int Round(double length) => Math.Max(1, (int)Math.Round(length, MidpointRounding.AwayFromZero));
}
