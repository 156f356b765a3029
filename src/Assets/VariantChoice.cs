using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>Which of the variants fits a page best.</summary>
public static class VariantChoice
{
    /// <summary>All formats that there are, the smallest files first.</summary>
    public static readonly string[] Formats = ["avif", "webp", "jpeg"];

    /// <summary>
    /// The smallest variant that is wide enough, or the widest; in the first of the formats that it comes in. A box shows a part of the
    /// picture only, and the clean original is far larger than any page needs: they are taken where nothing else is.
    /// </summary>
    /// <param name="variants">Those of one asset.</param>
    /// <param name="formats">What the page takes, the best first.</param>
    /// <param name="width">In pixels; null for the widest.</param>
    /// <returns>Null if there is none in these formats.</returns>
    public static AssetVariant? Pick(IReadOnlyList<AssetVariant> variants, string[] formats, int? width)
    {
        var first = variants.Where(v => formats.Contains(v.Format)).MinBy(v => (LastResort(v), Array.IndexOf(formats, v.Format)));
        if (first is null) return null;
        var alike = variants.Where(v => v.Format == first.Format && LastResort(v) == LastResort(first)).OrderBy(v => v.Width).ToList();
        return alike.Find(v => v.Width >= (width ?? int.MaxValue)) ?? alike[^1];
    }

    private static int LastResort(AssetVariant variant) => variant.Name switch
    {
        AssetVariant.OriginalName => 2,
        ['w', ..] => 0,
        _ => 1,
    };
}
