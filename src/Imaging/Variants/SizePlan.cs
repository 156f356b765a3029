using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging.Variants;

/// <summary>One output size: the whole image is scaled first, and then cropped or padded to the output.</summary>
/// <param name="Name">From the profile, such as <c>w640</c> or <c>64x64</c>, even if the image is smaller.</param>
/// <param name="Scaled">Size of the whole image after scaling.</param>
/// <param name="Output">Size of the written file: smaller than <c>Scaled</c> if cropped, larger if padded, never both.</param>
internal sealed record VariantSize(string Name, PixelSize Scaled, PixelSize Output);

/// <summary>Width and height in pixels.</summary>
internal sealed record PixelSize(int Width, int Height);

/// <summary>Chooses the sizes that an image is rendered in.</summary>
internal static class SizePlan
{
    /// <summary>
    /// Maximum height of an output in pixels. This is WebP's limit for a side; it applies to all formats, so that all have the same size. An
    /// image that would be taller is scaled down as a whole. Only if it would then be narrower than one pixel, its height alone is reduced.
    /// </summary>
    public const int MaxHeight = 16_383;

    /// <summary>
    /// Returns the sizes, smallest first, so that each can be derived from the next. Ends with the first size that the image does not exceed.
    /// </summary>
    public static IReadOnlyList<VariantSize> For(int width, int height, Profile profile) =>
        profile.Boxes.Count > 0 ? Boxes(new PixelSize(width, height), profile) : Widths(width, height, profile);

    private static List<VariantSize> Widths(int width, int height, Profile profile)
    {
        var widest = height <= MaxHeight ? width : Math.Max(1, (int)((long)width * MaxHeight / height));
        var least = WidthOfShortSide(width, height, profile.MinShortSide);
        var sizes = new List<VariantSize>();
        foreach (var wanted in profile.Widths.Order().Distinct())
        {
            var actual = Math.Min(Math.Max(wanted, least), widest);

            // Skip a duplicate: several widths below the minimum short side give the same pixels.
            if (sizes.Count == 0 || sizes[^1].Output.Width != actual)
            {
                // Computed from the original's size each time, because rounding a rounded size can be off by a pixel.
                var tall = Math.Round((double)height * actual / width, MidpointRounding.AwayFromZero);
                var size = new PixelSize(actual, (int)Math.Clamp(tall, 1, MaxHeight));
                sizes.Add(new VariantSize($"w{wanted}", size, size));
            }

            if (actual == widest)
            {
                break;
            }
        }

        return sizes;
    }

    /// <summary>The width at which the shorter side has the given length, at most the maximum width of an output.</summary>
    private static int WidthOfShortSide(int width, int height, int side) =>
        height >= width ? side : (int)Math.Min((((long)side * width) + (height / 2)) / height, ProfileRules.MaxSide);

    private static List<VariantSize> Boxes(PixelSize image, Profile profile)
    {
        var sizes = profile.Boxes.Distinct()
            .Select(box => profile.Fit == Fit.Cover ? Cover(image, box) : Within(image, box, padded: profile.Fit == Fit.Contain))
            .OrderBy(variantSize => variantSize.Scaled.Width).ThenBy(variantSize => variantSize.Scaled.Height).ThenBy(variantSize => variantSize.Output.Width).ToList();

        // Skip duplicates: for a small image, several boxes give the same pixels.
        return [.. sizes.Where((variantSize, i) => i == 0 || variantSize.Output != sizes[i - 1].Output)];
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

        // The image is too small to fill the box: use the box's aspect ratio, as large as the image allows.
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
