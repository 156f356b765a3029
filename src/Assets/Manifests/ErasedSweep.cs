using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Manifests;

/// <summary>
/// Compares the marks of erased assets with the table: after a restore, an asset that its owner erased since the backup is erased again. A mark only
/// counts if this installation signed it. Deletes marks that are older than any backup.
/// </summary>
public sealed class ErasedSweep(
    AssetDbContext db, StorageAreas areas, EraseAgain erase, SweepSignal<ObjectCleanup> cleanup, IOptions<ManifestOptions> options, TimeProvider time, ILogger<ErasedSweep> logger) : ISweep
{
    // Objects in one page of the listing, and ids in one query.
    private const int Page = 1_000;

    private long _rows;

    /// <inheritdoc />
    public long? Rows => _rows;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow().AddDays(-options.Value.KeepErasedDays);
        for (string? after = null; ;)
        {
            var page = await areas.Originals.ListAsync(ObjectKey.ErasedMarks, after, cancellationToken).Take(Page).ToListAsync(cancellationToken);
            var alive = await AliveAsync(page.Select(found => ObjectKey.ErasedBy(found.Key)).OfType<Guid>().ToList(), cancellationToken);
            foreach (var id in alive) await EraseAsync(id, cancellationToken);
            if (alive.Count > 0) cleanup.Raise();
            var old = page.FindAll(found => found.LastModified < oldest && ObjectKey.ErasedBy(found.Key) is { } id && !alive.Contains(id));
            if (old.Count > 0) await areas.Originals.DeleteAsync(old.ConvertAll(found => found.Key), cancellationToken);
            if (page.Count < Page) break;
            after = page[^1].Key.Value;
        }

        if (_rows > 0) logger.ErasedAgain(_rows);
    }

    private async Task EraseAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            if (await erase.RunAsync(id, cancellationToken) == EraseResult.Erased) _rows++;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The others go on.
            logger.NotErasedAgain(e, id);
        }
    }

    private async Task<List<Guid>> AliveAsync(List<Guid> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await db.Assets.AsNoTracking().Where(a => ids.Contains(a.Id) && a.Status != AssetStatus.Deleted).Select(a => a.Id).ToListAsync(cancellationToken);
}
