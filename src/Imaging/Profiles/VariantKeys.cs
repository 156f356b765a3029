using Pipeline.Contracts;
using Pipeline.Imaging.Variants;
using Pipeline.Storage;

namespace Pipeline.Imaging.Profiles;

/// <summary>Decides which published variants a revision keeps, and under which keys it writes the others.</summary>
/// <remarks>
/// A published variant is kept if its own recipe is unchanged. If not a single input has changed since the publication, nobody needs the
/// revision for its pixels, so it repairs: it keeps none, and writes all objects again under the keys that they have.
/// </remarks>
public sealed class VariantKeys
{
    private readonly ProcessingRequest _request;
    private readonly VariantRecipes _recipes;
    private readonly Dictionary<(string Name, string Format), AssetVariant> _published;
    private readonly bool _isUnchanged;

    public VariantKeys(ProcessingRequest request, VariantRecipes recipes)
    {
        (_request, _recipes) = (request, recipes);
        _published = (request.Published?.Variants ?? []).DistinctBy(v => (v.Name, v.Format)).ToDictionary(v => (v.Name, v.Format));
        _isUnchanged = request.Published?.Recipe is { } published && Recipe.Bare(published) == recipes.Whole;
        Kept = _isUnchanged || !request.ShardedKeys
            ? []
            : [.. recipes.Planned.Select(planned => PublishedAs(planned) is { } p && p.Recipe == planned.Recipe ? p : null).OfType<AssetVariant>()];
    }

    /// <summary>The published variants that stay as they are: not rendered, not written.</summary>
    public IReadOnlyList<AssetVariant> Kept { get; }

    /// <summary>The value of <see cref="AssetReady.Recipe"/>.</summary>
    public string Whole => !_request.ShardedKeys ? Recipe.InKeys(_recipes.Whole, _request)
        : _isUnchanged ? _request.Published!.Recipe
        : _recipes.Whole;

    /// <summary>The key of a rendered variant.</summary>
    public ObjectKey KeyOf(PlannedVariant planned, RenderEffort? effort)
    {
        var extension = ImageFormats.Extension(planned.Format);
        if (!_request.ShardedKeys) return ObjectKey.Variant(_request.AssetId, Whole, planned.Name, extension, KeyLayout.Flat);

        // The same bytes are published: write them to their own key. Any other name carries the generation, because objects that earlier
        // attempts left without it, or with a lower one, may be deleted at any time.
        var recipe = _recipes.InKey(planned, effort);
        return PublishedAs(planned) is { } published && IsSame(published, recipe)
            ? ObjectKey.Parse(published.Key)
            : NewKey(Recipe.WithGeneration(recipe, _request.KeyGeneration), planned.Name, extension);
    }

    private ObjectKey NewKey(string recipe, string name, string extension) => _request.IsPrivate
        ? ObjectKey.PrivateVariant(_request.AssetId, recipe, name, extension)
        : ObjectKey.Variant(_request.AssetId, recipe, name, extension);

    /// <summary>The key of the original.</summary>
    public static ObjectKey OriginalOf(ProcessingRequest request, string sha256) => ObjectKey.Original(
        request.AssetId, sha256, request.KeyGeneration, request.ShardedKeys ? KeyLayout.Sharded : KeyLayout.Flat);

    private AssetVariant? PublishedAs(PlannedVariant planned) => _published.GetValueOrDefault((planned.Name, planned.Format));

    // Keys of earlier versions have the recipe of the whole publication.
    private bool IsSame(AssetVariant published, string recipe) =>
        ObjectKey.RecipeIn(published.Key) is { } inKey && (Recipe.Bare(inKey) == recipe || (_isUnchanged && Recipe.Bare(inKey) == _recipes.Whole));
}
