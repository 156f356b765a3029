using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.Imaging.Profiles;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>A worker's result for a request: its objects, with the keys of the real worker, and its outcome.</summary>
internal static class Made
{
    /// <summary>The result for the request that the dispatcher would publish for this row now.</summary>
    public static AssetReady Of(Asset asset, string recipe) => By(DispatchRequest.For(asset), recipe);

    public static AssetReady By(IProcessingRequest request, string recipe)
    {
        var inKeys = Recipe.InKeys(recipe, request);
        var original = request.Source.Area == SourceArea.Originals
            ? request.Source.Key
            : ObjectKey.Original(request.AssetId, "00ff", request.KeyGeneration).Value;
        var ready = Some.Ready(request, inKeys);
        return ready with { Original = ready.Original with { Key = original } };
    }

    public static IReadOnlyList<string> Keys(AssetReady ready) => [ready.Original.Key, .. ready.Variants.Select(v => v.Key)];
}
