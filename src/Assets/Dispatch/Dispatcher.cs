using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.Assets.Dispatch;

/// <summary>
/// Publishes due requests to the bus: those that a person waits for come first, and each owner has at most one share in flight. It marks a
/// row only after the broker has confirmed; after a crash in between, it publishes the request again. Delivery is at least once; consumers
/// are idempotent.
/// </summary>
public sealed class Dispatcher(
    AssetDbContext db,
    AssetStore store,
    IBus bus,
    OwnerRoundRobin turns,
    WorkerCapacity capacity,
    IOptions<DispatchOptions> options,
    TimeProvider time,
    ILogger<Dispatcher> logger) : ISweep
{
    // A larger batch gains little, and an upload that is confirmed meanwhile waits for the end of the batch.
    private const int MostAtOnce = 64;

    // Ends a run that finds only rows of other instances.
    private const int MostSkips = 16;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var share = await capacity.ShareAsync(cancellationToken);

        // Start with one row, so that an unreachable bus costs one attempt; double the batch each time the bus accepts all.
        for (var (atOnce, skips) = (1, 0); skips < MostSkips && await ClaimAsync(share, atOnce, cancellationToken) is { } claimed;)
        {
            if (claimed.Count == 0)
            {
                // Another instance has these owners' turns: go on behind them.
                skips++;
                continue;
            }

            var taken = await PublishAsync(claimed, cancellationToken);
            await MarkAsync(claimed, taken, cancellationToken);
            if (taken.Count < claimed.Count) return;
            atOnce = Math.Min(atOnce * 2, MostAtOnce);
        }
    }

    /// <returns>Null if nothing is due; none if other instances have claimed all that this one has picked.</returns>
    private async Task<IReadOnlyList<Asset>?> ClaimAsync(Share share, int atMost, CancellationToken cancellationToken)
    {
        var awaited = await ClaimAsync(awaited: true, share.Uploads, atMost, cancellationToken);
        if (awaited is { Count: > 0 }) return awaited;
        return await ClaimAsync(awaited: false, share.Reprocessings, atMost, cancellationToken) ?? awaited;
    }

    // Instances that claim at the same time compete for the oldest request of an owner: one gets it, and the others skip this owner. So the
    // share holds over all instances. It is exceeded by one only if an older request becomes due between two such claims.
    private async Task<IReadOnlyList<Asset>?> ClaimAsync(bool awaited, int share, int atMost, CancellationToken cancellationToken)
    {
        // Longer than a batch can take, so that no other instance publishes the same rows meanwhile.
        var lease = TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds * 3);
        var now = time.GetUtcNow();
        var ids = await turns.NextAsync(db, awaited, share, atMost, now, cancellationToken);
        return ids.Count == 0 ? null : await store.ClaimAsync(db.Assets.Where(a => ids.Contains(a.Id) && a.DispatchAt <= now), atMost, Claim, cancellationToken);

        bool Claim(Asset asset)
        {
            asset.ClaimDispatch(now + lease, now);
            return true;
        }
    }

    /// <returns>The ids of the requests that the bus accepted.</returns>
    private async Task<HashSet<Guid>> PublishAsync(IReadOnlyList<Asset> claimed, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds));
        var taken = await Task.WhenAll(claimed.Select(asset => TryPublishAsync(asset, deadline.Token, cancellationToken)));
        return [.. claimed.Where((_, i) => taken[i]).Select(asset => asset.Id)];
    }

    private async Task<bool> TryPublishAsync(Asset asset, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var scope = logger.BeginWork(asset.TraceContext, asset.Id);
        using var span = WorkTrace.StartMessage("send", DispatchRequest.QueueOf(asset), asset.TraceContext, asset.Id, asset.Revision, asset.Attempt);
        try
        {
            var request = DispatchRequest.For(asset, span?.Id);

            // WaitAsync keeps the deadline even if the transport ignores the token.
            await bus.Publish(request, request.GetType(), deadline).WaitAsync(deadline);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
            logger.PublishFailed(e, asset.Id, asset.Revision);
            return false;
        }
    }

    private async Task MarkAsync(IReadOnlyList<Asset> claimed, HashSet<Guid> taken, CancellationToken cancellationToken)
    {
        var requests = claimed.ToDictionary(asset => asset.Id, asset => (asset.Revision, asset.Attempt));
        await store.ChangeEachAsync(requests.Keys, Mark, cancellationToken);

        bool Mark(Asset asset)
        {
            var (revision, attempt) = requests[asset.Id];
            var now = time.GetUtcNow();

            // Release the lease of refused requests, so that the next run can publish them.
            return taken.Contains(asset.Id) ? asset.Dispatched(revision, attempt, now) : asset.NotDispatched(revision, attempt, now);
        }
    }
}
