using System.Collections.Concurrent;
using Pipeline.Contracts;
using Pipeline.Hosting.Telemetry;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Processing;
using Pipeline.Storage;

namespace Pipeline.Processor.Publishing;

/// <summary>
/// Writes the rendered variants to the public area. The keys contain the recipes, so a retry writes the same bytes to the same keys. No request
/// is made for a variant that is kept.
/// </summary>
public sealed class PublishStep(StorageAreas areas)
{
    private const int WritesAtOnce = 4;

    /// <returns>All variants, the kept ones too, in the order of the plan.</returns>
    public async Task<IReadOnlyList<AssetVariant>> RunAsync(RenderedAsset asset, CancellationToken cancellationToken)
    {
        var all = new ConcurrentDictionary<(string Name, string Format), AssetVariant>(
            asset.Keys.Kept.Select(kept => KeyValuePair.Create((kept.Name, kept.Format), kept)));
        await Parallel.ForEachAsync(
            asset.Rendering.Variants,
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellationToken },
            async (variant, ct) => all[(variant.Name, variant.Format)] = await WriteAsync(asset, variant, ct));
        return [.. asset.Recipes.Planned.Select(planned => all.GetValueOrDefault((planned.Name, planned.Format))).OfType<AssetVariant>()];
    }

    private async Task<AssetVariant> WriteAsync(RenderedAsset asset, RenderedVariant variant, CancellationToken cancellationToken)
    {
        var planned = asset.Recipes.PlanOf(variant);
        var key = asset.Keys.KeyOf(planned, asset.Rendering.Effort);
        var contentType = $"image/{variant.Format}";
        using var span = WorkTrace.StartStep("variant", parent: null)
            ?.SetTag("pipeline.variant.width", variant.Width).SetTag("pipeline.variant.format", variant.Format).SetTag("pipeline.variant.size", variant.Bytes);
        await using var content = File.OpenRead(variant.Path);
        await areas.OfVariant(key).WriteAsync(key, content, variant.Bytes, VariantHeaders.Of(key, contentType), cancellationToken);
        return new AssetVariant
        {
            Name = variant.Name,
            Format = variant.Format,
            ContentType = contentType,
            Width = variant.Width,
            Height = variant.Height,
            Bytes = variant.Bytes,
            Sha256 = variant.Sha256,
            Key = key.Value,
            Recipe = planned.Recipe,
            Animated = variant.Animated,
        };
    }
}
