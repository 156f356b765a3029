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
        while (await DispatchBatchAsync(cancellationToken) == options.Value.BatchSize)
        {
            // A full batch: there may be more.
        }
    }

    private async Task<int> DispatchBatchAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await db.Assets.AsNoTracking()
            .Where(a => a.DispatchAt <= now)
            .OrderBy(a => a.DispatchAt)
            .Take(options.Value.BatchSize)
            .Select(a => a.Id)
            .ToListAsync(cancellationToken);
        foreach (var id in due)
            if (!await DispatchAsync(id, cancellationToken))
                return 0;
        return due.Count;
    }

    /// <summary>False if the bus does not take requests now.</summary>
    private async Task<bool> DispatchAsync(Guid id, CancellationToken cancellationToken)
    {
        // Longer than a publish can take, so that nobody else publishes the same row meanwhile.
        var lease = TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds * 3);
        var claim = await store.ChangeAsync(id, asset => Claim(asset, lease), cancellationToken);
        if (claim is not (var asset, true)) return true;

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
            return false;
        }

        var (revision, attempt) = (asset.Revision, asset.Attempt);
        await store.ChangeAsync(id, a => a.Dispatched(revision, attempt, time.GetUtcNow()), cancellationToken);
        return true;
    }

    private bool Claim(Asset asset, TimeSpan lease)
    {
        var now = time.GetUtcNow();
        if (asset.DispatchAt is not { } due || due > now) return false;
        asset.ClaimDispatch(now + lease);
        return true;
    }
}
