using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>Selects the variant that fits a page best.</summary>
public static class VariantChoice
{
    /// <summary>All formats of variants, the smallest files first.</summary>
    public static readonly string[] Formats = ["avif", "webp", "jpeg"];

    /// <summary>
    /// Picks the smallest variant that is wide enough, else the widest, in the most preferred format available. A box variant shows only a
    /// part of the picture, and the clean original is far larger than a page needs: both are used only if there is nothing else.
    /// </summary>
    /// <param name="variants">The variants of one asset.</param>
    /// <param name="formats">The formats that the page accepts, the most preferred first.</param>
    /// <param name="width">The wanted width in pixels; null for the widest.</param>
    /// <returns>Null if there is none in these formats.</returns>
    public static AssetVariant? Pick(IReadOnlyList<AssetVariant> variants, string[] formats, int? width)
    {
        var first = variants.Where(v => formats.Contains(v.Format)).MinBy(v => (LastResort(v), Array.IndexOf(formats, v.Format)));
        if (first is null) return null;
        var alike = variants.Where(v => v.Format == first.Format && LastResort(v) == LastResort(first)).OrderBy(v => v.Width).ToList();
        return alike.Find(v => v.Width >= (width ?? int.MaxValue)) ?? alike[^1];
    }

    /// <summary>
    /// The variants of one picture in several sizes, by their format, the smallest first: the widths of the profile, or else those boxes that
    /// have the shape of the largest JPEG, or else the clean original.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<AssetVariant>> Scaled(IReadOnlyList<AssetVariant> variants)
    {
        var known = variants.Where(v => Formats.Contains(v.Format)).ToList();
        if (known.Count == 0) return new Dictionary<string, IReadOnlyList<AssetVariant>>(StringComparer.Ordinal);
        var best = known.Min(LastResort);
        var alike = known.FindAll(v => LastResort(v) == best);
        var largest = alike.OrderByDescending(v => v.Format == "jpeg").ThenByDescending(v => (long)v.Width * v.Height).First();
        return alike.Where(v => HasShapeOf(v, largest))
            .GroupBy(v => v.Format, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => (IReadOnlyList<AssetVariant>)[.. g.DistinctBy(v => v.Width).OrderBy(v => v.Width)], StringComparer.Ordinal);
    }

    // Sides are rounded to whole pixels.
    private static bool HasShapeOf(AssetVariant variant, AssetVariant largest) =>
        Math.Abs(((double)variant.Width * largest.Height / largest.Width) - variant.Height) <= 1;

    private static int LastResort(AssetVariant variant) => variant.Name switch
    {
        AssetVariant.OriginalName => 2,
        ['w', ..] => 0,
        _ => 1,
    };
}
