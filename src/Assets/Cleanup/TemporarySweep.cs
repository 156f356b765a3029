using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Cleanup;

/// <summary>Deletes temporary assets whose time is over, as <see cref="Commands.DeleteAsset"/> does for their owner.</summary>
public sealed class TemporarySweep(
    AssetDbContext db, AssetStore store, SweepSignal<Dispatcher> dispatcher, SweepSignal<ObjectCleanup> cleanup, TimeProvider time) : ISweep
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = db.Assets.Where(a => a.DeleteAt <= now).OrderBy(a => a.DeleteAt);
        while (await store.ClaimAsync(due, a => a.DeleteTemporary(now), cancellationToken) is not null)
        {
            cleanup.Raise();
            dispatcher.Raise();
        }
    }
}
