using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Manifests;

/// <summary>
/// Writes the manifests that are due. A claim is one narrow update that leaves the version of the row, so it disturbs no other writer. The last update
/// compares the claim: if the row says something else by then, it is due again, and if the asset is gone, so is the manifest.
/// </summary>
public sealed class ManifestSweep(AssetDbContext db, AssetStore store, ManifestFiles files, TimeProvider time, ILogger<ManifestSweep> logger) : ISweep
{
    private const int Page = 64;
    private const int WritesAtOnce = 16;

    // Longer than all tries of a request, so that no late write follows that of another instance.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Unreadable = TimeSpan.FromHours(1);

    private long _written;

    /// <inheritdoc />
    public long? Rows => _written;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (files.KeyId is not { } keyId) return;
        var start = time.GetUtcNow();
        while (await ClaimAsync(start, cancellationToken) is { Count: > 0 } claimed) await WriteAsync(claimed, keyId, cancellationToken);
    }

    /// <returns>Those that this instance has, until the end of the lease.</returns>
    private async Task<IReadOnlyDictionary<Guid, DateTimeOffset>> ClaimAsync(DateTimeOffset start, CancellationToken cancellationToken)
    {
        while (true)
        {
            var due = await db.Assets.AsNoTracking().Where(a => a.ManifestAt <= start).OrderBy(a => a.ManifestAt).Take(Page).Select(a => new { a.Id, a.ManifestAt }).ToListAsync(cancellationToken);
            if (due.Count == 0) return new Dictionary<Guid, DateTimeOffset>();

            // Whole microseconds, as the databases store them, because the claim is compared.
            var end = time.GetUtcNow() + Lease;
            end = end.AddTicks(-(end.Ticks % TimeSpan.TicksPerMicrosecond));
            var claimed = new Dictionary<Guid, DateTimeOffset>();
            foreach (var row in due)
                if (await SetAsync(row.Id, row.ManifestAt, end, cancellationToken)) claimed.Add(row.Id, end);
            if (claimed.Count > 0) return claimed;
        }
    }

    private async Task WriteAsync(IReadOnlyDictionary<Guid, DateTimeOffset> claimed, string keyId, CancellationToken cancellationToken)
    {
        var ids = claimed.Keys.ToList();
        var rows = await store.ListAsync(db.Assets.Where(a => ids.Contains(a.Id)), cancellationToken);
        var batchIds = rows.Select(row => row.Asset?.BatchId).OfType<Guid>().Distinct().ToList();
        var batches = batchIds.Count == 0 ? [] : await db.Batches.AsNoTracking().Where(b => batchIds.Contains(b.Id)).ToDictionaryAsync(b => b.Id, cancellationToken);
        var written = new ConcurrentDictionary<Guid, string>();
        await Parallel.ForEachAsync(
            rows.Select(row => row.Asset).OfType<Asset>().Where(asset => asset.HasManifest),
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellationToken },
            async (asset, token) =>
            {
                if (await TryWriteAsync(asset, asset.BatchId is { } batch ? batches.GetValueOrDefault(batch) : null, token)) written[asset.Id] = AssetManifest.TagOf(asset);
            });

        foreach (var (id, asset) in rows)
        {
            if (written.TryGetValue(id, out var tag)) await EndAsync(id, claimed[id], tag, keyId, cancellationToken);
            else if (asset is null) await SetAsync(id, claimed[id], time.GetUtcNow() + Unreadable, cancellationToken);
            else await SetAsync(id, claimed[id], time.GetUtcNow() + TryAgain, cancellationToken);
        }
    }

    private async Task<bool> TryWriteAsync(Asset asset, Batch? batch, CancellationToken cancellationToken)
    {
        try
        {
            await files.WriteAsync(AssetManifest.Of(asset, batch), cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.ManifestNotWritten(e, asset.Id);
            return false;
        }
    }

    private async Task EndAsync(Guid id, DateTimeOffset claim, string tag, string keyId, CancellationToken cancellationToken)
    {
        _written++;
        var ended = await db.Assets.Where(a => a.Id == id && a.ManifestAt == claim).ExecuteUpdateAsync(
            row => row.SetProperty(a => a.ManifestAt, (DateTimeOffset?)null).SetProperty(a => a.ManifestTag, tag).SetProperty(a => a.ManifestKeyId, keyId),
            cancellationToken);

        // The cleanup of an asset that ended meanwhile may have listed its objects before this one was there.
        if (ended == 0 && await db.Assets.AnyAsync(a => a.Id == id && a.Status != AssetStatus.Ready, cancellationToken)) await files.DeleteAsync(id, cancellationToken);
    }

    private async Task<bool> SetAsync(Guid id, DateTimeOffset? from, DateTimeOffset to, CancellationToken cancellationToken) =>
        await db.Assets.Where(a => a.Id == id && a.ManifestAt == from).ExecuteUpdateAsync(row => row.SetProperty(a => a.ManifestAt, to), cancellationToken) == 1;
}
