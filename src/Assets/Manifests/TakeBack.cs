using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets.Manifests;

/// <summary>
/// Makes an asset ready that a restored table shows as an upload in work, if its manifest says that it was ready. Its upload is gone by then, so the work
/// could only fail.
/// </summary>
public sealed class TakeBack(AssetStore store, StorageAreas areas, ManifestFiles files, TimeProvider time, ILogger<TakeBack> logger)
{
    /// <returns>What a rebuild says about the asset; null if its row stays as it is.</returns>
    public async Task<string?> RunAsync(Guid id, CancellationToken cancellationToken)
    {
        var (manifest, keyId, refused) = await files.ReadManifestAsync(id, cancellationToken);
        if (manifest is null) return refused;
        var mark = await files.ReadMarkAsync(id, cancellationToken);
        if (mark.Content is not null) return RebuildCode.Erased;
        if (mark.Refused is not null) return RebuildCode.MarkRefused;
        var (etag, misfit) = await FitAsync(areas.Originals, manifest.Publication.Original, cancellationToken);
        if (etag is null) return misfit;
        if (await store.ChangeAsync(id, asset => asset.TakeBack(manifest, etag, keyId!, time.GetUtcNow()), cancellationToken) is not (_, true)) return null;
        logger.TakenBack(id);
        return RebuildCode.Rebuilt;
    }

    /// <returns>The entity tag of the original; null if it is another than the manifest names, and why.</returns>
    internal static async Task<(string? ETag, string? Misfit)> FitAsync(IObjectStore originals, FrozenOriginal original, CancellationToken cancellationToken)
    {
        if (await originals.HeadAsync(ObjectKey.Parse(original.Key), cancellationToken) is not { } info) return (null, RefusedManifest.OriginalMissing);
        if (info.Size != original.Size) return (null, RefusedManifest.OtherSize);
        if (info.ETag == original.ETag) return (info.ETag, null);

        // Another store, or another way to write, gives the same bytes another tag.
        await using var read = await originals.ReadAsync(info.Key, info.ETag, cancellationToken);
        if (read is not ReadResult.Found found) return (null, RefusedManifest.OriginalMissing);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(found.Content, cancellationToken));
        return hash == original.Sha256 ? (info.ETag, null) : (null, RefusedManifest.OtherBytes);
    }
}
