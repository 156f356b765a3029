using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Sweeps;

namespace Pipeline.UploadApi.Dispatch;

/// <summary>
/// Gives the bus what the table says is due, people who wait before all else. A row is marked only after the broker has confirmed; if we
/// die in between, the request is published again: at least once, and every consumer can be repeated.
/// </summary>
public sealed class Dispatcher(
    AssetDbContext db, AssetStore store, IBus bus, IOptions<DispatchOptions> options, TimeProvider time, ILogger<Dispatcher> logger) : ISweep
{
    // More in flight gains little, and whoever confirms meanwhile waits for the end of a batch.
    private const int MostAtOnce = 64;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // One first, so that a bus that is away is asked for one row and not for many; then twice as many each time that it takes all.
        for (var atOnce = 1; await ClaimAsync(atOnce, cancellationToken) is { Count: > 0 } claimed; atOnce = Math.Min(atOnce * 2, MostAtOnce))
        {
            var taken = await PublishAsync(claimed, cancellationToken);
            await MarkAsync(claimed, taken, cancellationToken);
            if (taken.Count < claimed.Count) return;
        }
    }

    private async Task<IReadOnlyList<Asset>> ClaimAsync(int atMost, CancellationToken cancellationToken)
    {
        // Longer than a batch can take, so that nobody else publishes the same rows meanwhile.
        var lease = TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds * 3);
        var now = time.GetUtcNow();
        var due = db.Assets.Where(a => a.DispatchAt <= now).OrderBy(a => a.DispatchAt);

        // Two queries, each with an index in its order.
        var awaited = await store.ClaimAsync(due.Where(a => a.IsAwaited), atMost, Claim, cancellationToken);
        return awaited.Count > 0 ? awaited : await store.ClaimAsync(due, atMost, Claim, cancellationToken);

        bool Claim(Asset asset)
        {
            asset.ClaimDispatch(now + lease);
            return true;
        }
    }

    /// <returns>Those that the bus has taken.</returns>
    private async Task<HashSet<Guid>> PublishAsync(IReadOnlyList<Asset> claimed, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds));
        var taken = await Task.WhenAll(claimed.Select(asset => TryPublishAsync(asset, deadline.Token, cancellationToken)));
        return [.. claimed.Where((_, i) => taken[i]).Select(asset => asset.Id)];
    }

    private async Task<bool> TryPublishAsync(Asset asset, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            var request = DispatchRequest.For(asset);

            // Waits no longer than the deadline even where the transport does not listen to it.
            await bus.Publish(request, request.GetType(), deadline).WaitAsync(deadline);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.PublishFailed(e, asset.Id, asset.Revision);
            return false;
        }
    }

    private Task MarkAsync(IReadOnlyList<Asset> claimed, HashSet<Guid> taken, CancellationToken cancellationToken)
    {
        var requests = claimed.ToDictionary(asset => asset.Id, asset => (asset.Revision, asset.Attempt));
        return store.ChangeEachAsync(requests.Keys, Mark, cancellationToken);

        bool Mark(Asset asset)
        {
            var (revision, attempt) = requests[asset.Id];
            var now = time.GetUtcNow();

            // The lease would keep what was not taken from the next run, which may find the bus well.
            return taken.Contains(asset.Id) ? asset.Dispatched(revision, attempt, now) : asset.NotDispatched(revision, attempt, now);
        }
    }
}
