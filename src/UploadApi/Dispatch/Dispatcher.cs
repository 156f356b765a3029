using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Sweeps;

namespace Pipeline.UploadApi.Dispatch;

/// <summary>
/// Gives the bus what the table says is due. The row is marked only after the broker has confirmed; if we die in between,
/// the request is published again: at least once, and every consumer can be repeated.
/// </summary>
public sealed class Dispatcher(
    AssetDbContext db, AssetStore store, IBus bus, IOptions<DispatchOptions> options, TimeProvider time, ILogger<Dispatcher> logger) : ISweep
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await ClaimAsync(cancellationToken) is { } asset && await PublishAsync(asset, cancellationToken))
        {
            // Until nothing is due or the bus takes no more.
        }
    }

    private Task<Asset?> ClaimAsync(CancellationToken cancellationToken)
    {
        // Longer than a publish can take, so that nobody else publishes the same row meanwhile.
        var lease = TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds * 3);
        var now = time.GetUtcNow();
        return store.ClaimAsync(db.Assets.Where(a => a.DispatchAt <= now).OrderBy(a => a.DispatchAt), Claim, cancellationToken);

        bool Claim(Asset asset)
        {
            asset.ClaimDispatch(now + lease);
            return true;
        }
    }

    /// <summary>False if the bus does not take requests now.</summary>
    private async Task<bool> PublishAsync(Asset asset, CancellationToken cancellationToken)
    {
        var (id, revision, attempt) = (asset.Id, asset.Revision, asset.Attempt);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds));
        try
        {
            // Waits no longer than the deadline even where the transport does not listen to it.
            await bus.Publish(DispatchRequest.For(asset), DispatchRequest.TypeFor(asset), deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.PublishFailed(e, asset.Id, asset.Revision);

            // The lease would keep it from the next run, which may find the bus well.
            await store.ChangeAsync(id, a => a.NotDispatched(revision, attempt, time.GetUtcNow()), cancellationToken);
            return false;
        }

        await store.ChangeAsync(id, a => a.Dispatched(revision, attempt, time.GetUtcNow()), cancellationToken);
        return true;
    }
}
