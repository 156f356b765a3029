using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Commands;

/// <summary>Makes an asset public or private. Responses follow at once; the cleanup then moves the objects.</summary>
public sealed class SetVisibility(AssetStore assets, SweepSignal<ObjectCleanup> cleanup, TimeProvider time)
{
    public async Task<ChangeResult> RunAsync(Guid id, AssetVisibility visibility, Caller caller, CancellationToken cancellationToken)
    {
        if (await assets.FindAsync(id, caller, cancellationToken) is null) return new ChangeResult.NotFound();
        var result = await assets.ChangeAsync(id, a => a.Show(visibility, time.GetUtcNow()), cancellationToken);
        if (result is not var (asset, changed) || asset.Status == AssetStatus.Deleted) return new ChangeResult.NotFound();
        if (changed) cleanup.Raise();
        return new ChangeResult.Done(asset);
    }
}
