using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>
/// A worker's result for a request: its objects, with the keys of the real worker, and its outcome. A test's recipe stands for the quality of
/// the JPEG; the WebP is the same for all of them, so it is kept once it is published.
/// </summary>
internal static class Made
{
    private static readonly ImageFacts Facts = new("image/jpeg", 400, 300, 1);

    /// <summary>The result for the request that the dispatcher would publish for this row now.</summary>
    public static AssetReady Of(Asset asset, string recipe) => By(DispatchRequest.For(asset), recipe);

    public static AssetReady By(ProcessingRequest request, string recipe)
    {
        var recipes = Recipes(recipe);
        var keys = new VariantKeys(request, recipes);
        var original = request.Source.Area == SourceArea.Originals ? request.Source.Key : VariantKeys.OriginalOf(request, "00ff").Value;
        var ready = Some.Ready(request, keys.Whole);
        return ready with
        {
            Original = ready.Original with { Key = original },
            Variants =
            [
                .. recipes.Planned.Select(planned => keys.Kept.SingleOrDefault(kept => kept.Format == planned.Format)
                    ?? Some.Variant(request.AssetId, "any", 320, planned.Format) with { Key = keys.KeyOf(planned, effort: null).Value, Recipe = planned.Recipe }),
            ],
        };
    }

    /// <summary>What stands in <see cref="AssetReady.Recipe"/> for this recipe.</summary>
    public static string Whole(string recipe) => Recipes(recipe).Whole;

    /// <summary>The objects that a worker writes for this request: not those that it keeps.</summary>
    public static IReadOnlyList<string> Written(ProcessingRequest request, string recipe) =>
        [.. Keys(By(request, recipe)).Except(new VariantKeys(request, Recipes(recipe)).Kept.Select(kept => kept.Key))];

    public static IReadOnlyList<string> Keys(AssetReady ready) => [ready.Original.Key, .. ready.Variants.Select(v => v.Key)];

    private static VariantRecipes Recipes(string recipe) => new(
        Some.Sha256, Facts, new Profile { Widths = [320], JpegQuality = 1 + (recipe.Sum(c => c) % 100) }, focus: null, watermarkSha256: null, "engine 1");
}
