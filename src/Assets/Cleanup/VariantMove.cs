using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Purging;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets.Cleanup;

/// <summary>
/// Moves the variants of an asset whose visibility has changed: it copies them to the other area, then the row names the copies, then the
/// objects that the row no longer names are deleted. A crash between two steps leaves copies that no row names, which the cleanup deletes.
/// </summary>
public sealed class VariantMove(AssetStore store, StorageAreas areas, PublicObjects publicObjects, TimeProvider time, ILogger<VariantMove> logger)
{
    private const int CopiesAtOnce = 4;

    // A worker that repairs a variant may replace it between the look and the copy.
    private const int MostTries = 3;

    /// <param name="asset">A claimed row.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The row afterwards; null if it has changed meanwhile, so that the move must begin again.</returns>
    public async Task<Asset?> RunAsync(Asset asset, CancellationToken cancellationToken)
    {
        var misplaced = asset.Publication?.Shown().Where(v => !asset.IsInPlace(v)).ToList() ?? [];
        if (misplaced.Count > 0)
        {
            // Each move has names of its own, so that a late copy or deletion of another instance never meets them.
            if (await store.ChangeAsync(asset.Id, a => a.GiveUpKeys(asset.Version), cancellationToken) is not ({ } current, true)) return null;
            if (await CopyAsync(current, misplaced, cancellationToken) is not { } moved) return null;
            asset = moved;
        }

        // The cleanup of an asset without work deletes all that the row does not name.
        return asset is { IsPrivate: true, Work: not WorkState.Idle } ? await WithdrawAsync(asset, cancellationToken) : asset;
    }

    private async Task<Asset?> CopyAsync(Asset asset, List<AssetVariant> misplaced, CancellationToken cancellationToken)
    {
        var (version, keys) = (asset.Version, misplaced.ToDictionary(v => v.Key, v => VariantKey.Moved(asset, v.Key), StringComparer.Ordinal));
        await Parallel.ForEachAsync(
            misplaced,
            new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = cancellationToken },
            async (variant, token) => await CopyAsync(asset.Id, variant, keys[variant.Key], token));
        var texts = keys.ToDictionary(k => k.Key, k => k.Value.Value, StringComparer.Ordinal);
        if (await store.ChangeAsync(asset.Id, a => a.Move(version, texts, time.GetUtcNow()), cancellationToken) is ({ } moved, true)) return moved;

        // The row may want the other area again.
        if (asset.IsPrivate)
            foreach (var copy in keys.Values) await areas.Private.DeleteAsync(copy, cancellationToken);
        else
            await publicObjects.DeleteAsync(keys.Values, cancellationToken);
        return null;
    }

    private async Task CopyAsync(Guid assetId, AssetVariant variant, ObjectKey target, CancellationToken cancellationToken)
    {
        var source = ObjectKey.Parse(variant.Key);
        var (from, to, options) = (areas.OfVariant(source), areas.OfVariant(target), VariantHeaders.Of(target, variant.ContentType));
        for (var tries = 1; ; tries++)
        {
            if (await from.HeadAsync(source, cancellationToken) is not { } info)
            {
                // The row names the new place all the same: a reprocess writes a lost variant again where the row says.
                logger.VariantLost(assetId);
                return;
            }

            if (ReferenceEquals(from, to))
            {
                if (await from.CopyAsync(source, target, info.ETag, options, cancellationToken) is CopyResult.Copied) return;
            }
            else
            {
                await using var read = await from.ReadAsync(source, info.ETag, cancellationToken);
                if (read is ReadResult.Found found)
                {
                    await to.WriteAsync(target, found.Content, found.Info.Size, options, cancellationToken);
                    return;
                }
            }

            if (tries == MostTries) throw new IOException("A variant changed while it was copied.");
        }
    }

    // A worker holds a request of this asset, perhaps for hours while it waits in a queue, and may be writing new variants to the public area.
    // Those stay until it ends; what is published, or was, goes now.
    private async Task<Asset?> WithdrawAsync(Asset asset, CancellationToken cancellationToken)
    {
        var published = asset.Publication?.Shown().Select(v => VariantKey.WithoutGeneration(v.Key)).ToHashSet(StringComparer.Ordinal) ?? [];
        var exposed = asset.ExposedKeys.ToHashSet(StringComparer.Ordinal);
        var unwanted = new List<ObjectKey>();
        foreach (var layout in Enum.GetValues<KeyLayout>())
        {
            await foreach (var found in areas.Public.ListAsync(ObjectKey.VariantsOf(asset.Id, layout), cancellationToken))
                if (exposed.Contains(found.Key.Value) || published.Contains(VariantKey.WithoutGeneration(found.Key.Value)))
                    unwanted.Add(found.Key);
        }

        await publicObjects.DeleteAsync(unwanted, cancellationToken);
        if (exposed.Count == 0) return asset;
        var version = asset.Version;
        return await store.ChangeAsync(asset.Id, a => a.Version == version && a.ForgetExposed(), cancellationToken) is ({ } left, true) ? left : null;
    }
}
