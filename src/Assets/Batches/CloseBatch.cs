using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Batches;

/// <summary>Expires the uploads of a batch that never came, so that the batch can complete. Can be repeated.</summary>
public sealed class CloseBatch(AssetDbContext db, AssetStore assets, SweepSignal<ObjectCleanup> cleanup, TimeProvider time)
{
    /// <returns>False if the caller has no such batch.</returns>
    public async Task<bool> RunAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if (!await db.Batches.Of(caller).AnyAsync(b => b.Id == id, cancellationToken)) return false;
        var pending = await db.Assets.Where(a => a.BatchId == id && a.Status == AssetStatus.Pending).Select(a => a.Id).ToListAsync(cancellationToken);
        var closed = await assets.ChangeEachAsync(pending, a => a.Expire(time.GetUtcNow()), cancellationToken);
        if (closed.Any(row => row.Changed)) cleanup.Raise();
        return true;
    }
}
