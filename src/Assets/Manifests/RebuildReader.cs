using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Manifests;

/// <summary>What became of one object of the originals area.</summary>
/// <param name="Key">The object.</param>
/// <param name="AssetId">Its asset.</param>
/// <param name="Code">One of <see cref="RebuildCode"/> or <see cref="RefusedManifest"/>.</param>
/// <param name="Asset">The row to add; null if none is missing.</param>
/// <param name="Batch">The batch of the row, if the manifest knows it.</param>
/// <param name="ErasedNow">The asset was there and has been erased.</param>
public sealed record RebuildResult(ObjectKey Key, Guid AssetId, string Code, Asset? Asset = null, ManifestBatch? Batch = null, bool ErasedNow = false);

/// <summary>How a rebuild counts an asset. The strings are part of the HTTP API.</summary>
public static class RebuildCode
{
    /// <summary>The row was made again, or one that was in work is ready again.</summary>
    public const string Rebuilt = "rebuilt";

    /// <summary>There is a row, which stays as it is.</summary>
    public const string Exists = "exists";

    /// <summary>The manifest is of another tenant.</summary>
    public const string OtherTenant = "other_tenant";

    /// <summary>The owner has erased the asset: no row is made, and one that is there is deleted.</summary>
    public const string Erased = "erased";

    /// <summary>The mark that says so is refused, and no row is made: better an asset less than one that its owner has erased.</summary>
    public const string MarkRefused = "mark_refused";
}

/// <summary>
/// Looks at a page of the originals area and says which rows can be made again. It changes only assets of a restored table: those that their owners
/// have erased since, and those that were ready and are in work again.
/// </summary>
public sealed class RebuildReader(AssetDbContext db, StorageAreas areas, ManifestFiles files, EraseAgain erase, TakeBack takeBack, TimeProvider time)
{
    private const int ReadsAtOnce = 16;

    /// <param name="page">Objects of the originals area.</param>
    /// <param name="tenantId">Only assets of this tenant.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<RebuildResult>> ReadAsync(IReadOnlyList<ObjectInfo> page, string tenantId, CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Manifest);
        var results = new ConcurrentBag<RebuildResult>();
        foreach (var result in await EraseAsync(page, tenantId, cancellationToken)) results.Add(result);
        var assets = page.Select(found => (found.Key, Id: ObjectKey.AssetOf(found.Key))).Where(found => found.Id is not null).GroupBy(found => found.Id!.Value).ToList();
        var ids = assets.ConvertAll(same => same.Key);
        var rows = ids.Count == 0 ? [] : await db.Assets.AsNoTracking().Where(a => ids.Contains(a.Id)).Select(a => new { a.Id, a.TenantId, a.Status }).ToDictionaryAsync(a => a.Id, cancellationToken);
        var late = new ConcurrentBag<(ObjectKey Key, Guid Id)>();
        await Parallel.ForEachAsync(
            assets,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (same, token) =>
            {
                var manifest = ObjectKey.Manifest(same.Key);
                if (same.Any(found => found.Key == manifest))
                {
                    if (!rows.TryGetValue(same.Key, out var row)) results.Add(await ReadAsync(manifest, same.Key, tenantId, token));
                    else if (row.TenantId == tenantId && Asset.Takeable.Contains(row.Status)) late.Add((manifest, same.Key));
                    else results.Add(Kept(manifest, same.Key, row.TenantId == tenantId));
                }
                else if (!rows.ContainsKey(same.Key) && await areas.Originals.HeadAsync(manifest, token) is null)
                    results.Add(new RebuildResult(same.First().Key, same.Key, RefusedManifest.NoManifest));
            });

        // One by one, because they share the database context.
        foreach (var (key, id) in late) results.Add(new RebuildResult(key, id, await takeBack.RunAsync(id, cancellationToken) ?? RebuildCode.Exists));
        return [.. results.OrderBy(result => result.Key.Value, StringComparer.Ordinal)];
    }

    private static RebuildResult Kept(ObjectKey manifest, Guid id, bool isOfTenant) => new(manifest, id, isOfTenant ? RebuildCode.Exists : RebuildCode.OtherTenant);

    private async Task<List<RebuildResult>> EraseAsync(IReadOnlyList<ObjectInfo> page, string tenantId, CancellationToken cancellationToken)
    {
        var marks = page.Select(found => ObjectKey.ErasedBy(found.Key)).OfType<Guid>().ToList();
        if (marks.Count == 0) return [];
        var alive = await db.Assets.AsNoTracking().Where(a => marks.Contains(a.Id) && a.TenantId == tenantId && a.Status != AssetStatus.Deleted).Select(a => a.Id).ToListAsync(cancellationToken);
        var results = new List<RebuildResult>();
        foreach (var id in alive)
        {
            var result = await erase.RunAsync(id, cancellationToken);
            if (result == EraseResult.Erased) results.Add(new RebuildResult(ObjectKey.Erased(id), id, RebuildCode.Erased, ErasedNow: true));
            if (result == EraseResult.Refused) results.Add(new RebuildResult(ObjectKey.Erased(id), id, RebuildCode.MarkRefused));
        }

        return results;
    }

    private async Task<RebuildResult> ReadAsync(ObjectKey key, Guid id, string tenantId, CancellationToken cancellationToken)
    {
        var (manifest, keyId, refused) = await files.ReadManifestAsync(id, cancellationToken);
        if (manifest is null) return new RebuildResult(key, id, refused ?? RefusedManifest.NoManifest);
        if (manifest.TenantId != tenantId) return new RebuildResult(key, id, RebuildCode.OtherTenant);
        var mark = await files.ReadMarkAsync(id, cancellationToken);
        if (mark.Content is not null) return new RebuildResult(key, id, RebuildCode.Erased);
        if (mark.Refused is not null) return new RebuildResult(key, id, RebuildCode.MarkRefused);
        var (etag, misfit) = await TakeBack.FitAsync(areas.Originals, manifest.Publication.Original, cancellationToken);
        return etag is null
            ? new RebuildResult(key, id, misfit!)
            : new RebuildResult(key, id, RebuildCode.Rebuilt, Asset.Rebuild(manifest, etag, keyId!, time.GetUtcNow()), manifest.Batch);
    }
}
