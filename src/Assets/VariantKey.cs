using Pipeline.Storage;

namespace Pipeline.Assets;

/// <summary>Keys of variants of one asset.</summary>
internal static class VariantKey
{
    /// <summary>
    /// Recipe and file of a key. Two keys of an asset that have the same hold the same bytes, also in two areas: they differ in their generation
    /// only.
    /// </summary>
    public static string WithoutGeneration(string key) => $"{BareRecipe(key)}/{FileOf(key)}";

    /// <summary>The key under which a variant moves to the area of the asset's visibility, with the asset's generation.</summary>
    public static ObjectKey Moved(Asset asset, string key) => ObjectKey.Parse(
        $"{(asset.IsPrivate ? ObjectKey.PrivateVariantsOf(asset.Id) : ObjectKey.VariantsOf(asset.Id))}{BareRecipe(key)}-{asset.KeyGeneration}/{FileOf(key)}");

    // A generation follows the recipe after a hyphen.
    private static string BareRecipe(string key) => (ObjectKey.RecipeIn(key) ?? "").Split('-')[0];

    private static string FileOf(string key) => key.Split('/')[^1];
}
