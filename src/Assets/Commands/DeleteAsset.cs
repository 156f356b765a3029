using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;


namespace Pipeline.Assets.Commands;

/// <summary>Leaves a tombstone. The cleanup deletes the objects at once, and late ones after the last signed URL has expired.</summary>
public sealed class DeleteAsset(AssetStore assets, SweepSignal<Dispatcher> dispatcher, SweepSignal<ObjectCleanup> cleanup, TimeProvider time)
{
    /// <returns>False if the caller has no such asset.</returns>
    public async Task<bool> RunAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if (await assets.FindAsync(id, caller, cancellationToken) is null) return false;
        await assets.ChangeAsync(id, a => a.Delete(time.GetUtcNow()), cancellationToken);
        cleanup.Raise();
        dispatcher.Raise();
        return true;
    }
}
