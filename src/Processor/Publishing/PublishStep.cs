using System.Collections.Concurrent;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Variants;
using Pipeline.Storage;

namespace Pipeline.Processor.Publishing;

/// <summary>Writes the variants to the public area. The keys contain the recipe, so a retry writes the same bytes to the same keys.</summary>
public sealed class PublishStep(StorageAreas areas)
{
    private const string Forever = "public, max-age=31536000, immutable";
    private const int WritesAtOnce = 4;

    public async Task<IReadOnlyList<AssetVariant>> RunAsync(Guid assetId, string recipe, Rendering rendering, CancellationToken cancellationToken)
    {
        var published = new ConcurrentDictionary<RenderedVariant, AssetVariant>();
        await Parallel.ForEachAsync(
            rendering.Variants,
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellationToken },
            async (variant, ct) => published[variant] = await WriteAsync(assetId, recipe, variant, ct));
        return [.. rendering.Variants.Select(v => published[v])];
    }

    private async Task<AssetVariant> WriteAsync(Guid assetId, string recipe, RenderedVariant variant, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Variant(assetId, recipe, variant.Name, ImageFormats.Extension(variant.Format));
        var contentType = $"image/{variant.Format}";
        await using var content = File.OpenRead(variant.Path);
        await areas.Public.WriteAsync(
            key, content, variant.Bytes, new WriteOptions { ContentType = contentType, CacheControl = Forever }, cancellationToken);
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
            Animated = variant.Animated,
        };
    }
}
