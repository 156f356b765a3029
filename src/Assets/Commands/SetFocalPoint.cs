using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Commands;

/// <summary>Sets the focal point that crops keep in view, or unsets it. An asset whose crops change gets a new revision.</summary>
public sealed class SetFocalPoint(AssetStore assets, SweepSignal<Dispatcher> dispatcher, TimeProvider time)
{
    /// <param name="id">The asset.</param>
    /// <param name="point">Null lets the workers choose.</param>
    /// <param name="caller">Owns the asset.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ChangeResult> RunAsync(Guid id, FocalPoint? point, Caller caller, CancellationToken cancellationToken)
    {
        if (await assets.FindAsync(id, caller, cancellationToken) is null) return new ChangeResult.NotFound();
        var result = await assets.ChangeAsync(id, a => a.Focus(point, time.GetUtcNow()), cancellationToken);
        if (result is not var (asset, changed)) return new ChangeResult.NotFound();
        if (!asset.CanFocus) return new ChangeResult.NotAllowed(asset.Status);
        if (changed) dispatcher.Raise();
        return new ChangeResult.Done(asset);
    }
}
