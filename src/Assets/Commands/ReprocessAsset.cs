using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Commands;

/// <summary>Requests a new revision, or one more after a revision that is in flight. The published variants stay until it is ready.</summary>
public sealed class ReprocessAsset(AssetDbContext db, AssetStore assets, IdempotentRequest request, SweepSignal<Dispatcher> dispatcher, TimeProvider time)
{
    public async Task<ChangeResult> RunAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if (await assets.FindAsync(id, caller, cancellationToken) is null) return new ChangeResult.NotFound();
        await using var transaction = request.Key is null ? null : await request.BeginAsync(cancellationToken);
        var result = await assets.ChangeAsync(id, a => a.Reprocess(time.GetUtcNow()), cancellationToken);
        if (result is not var (asset, changed)) return new ChangeResult.NotFound();
        if (!changed && !asset.CanReprocess) return new ChangeResult.NotAllowed(asset.Status);
        if (transaction is not null)
        {
            request.Record(id, asset.NewestRevision);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        if (changed) dispatcher.Raise();
        return new ChangeResult.Done(asset);
    }
}
