using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Dispatch;

/// <summary>Retries requests that a worker or the bus has lost.</summary>
public sealed class StalledWorkRescuer(
    AssetDbContext db,
    AssetStore store,
    RetryPolicy retries,
    IBacklog backlog,
    BusMonitor watch,
    SweepSignal<Dispatcher> signal,
    IOptions<DispatchOptions> options,
    TimeProvider time,
    ILogger<StalledWorkRescuer> logger) : ISweep
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var untaken = now - TimeSpan.FromSeconds(options.Value.UntakenSeconds);

        // Two queries, so that each can use the index on LastHeardAt.
        if (watch.SilentSince(now) is { } silence)
        {
            await RescueAsync(
                db.Assets.Where(a => a.LastHeardAt <= silence && a.Work == WorkState.Processing), a => a.RescueFromSilence(retries, now), cancellationToken);
        }

        await RescueUntakenAsync(
            db.Assets.Where(a => a.LastHeardAt <= untaken && a.Work == WorkState.Queued && a.DispatchAt == null), now, cancellationToken);
    }

    /// <summary>For a bus that loses its messages when it stops: schedules all dispatched requests again at once.</summary>
    public async Task RescueAllAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var atOnce = new RetryPolicy(new DispatchOptions { MaxAttempts = options.Value.MaxAttempts, RetryMinSeconds = 0 }, () => 0);
        await RescueAsync(
            db.Assets.Where(a => a.LastHeardAt != null && a.Work == WorkState.Processing), a => a.RescueFromSilence(atOnce, now), cancellationToken);
        await RescueAsync(
            db.Assets.Where(a => a.LastHeardAt != null && a.Work == WorkState.Queued && a.DispatchAt == null), a => a.RescueFromQueue(now), cancellationToken);
    }

    private async Task RescueUntakenAsync(IQueryable<Asset> untaken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await untaken.AnyAsync(cancellationToken)) return;
        var empty = await backlog.EmptyAsync(DispatchRequest.Queues.Select(queue => queue.Name), cancellationToken);
        if (empty is null) return;
        foreach (var (_, itsOwn) in DispatchRequest.Queues.Where(queue => empty.Contains(queue.Name)))
            await RescueAsync(untaken.Where(itsOwn), a => a.RescueFromQueue(now), cancellationToken);
    }

    private async Task RescueAsync(IQueryable<Asset> lost, Func<Asset, bool> rescue, CancellationToken cancellationToken)
    {
        while (await store.ClaimAsync(lost.OrderBy(a => a.LastHeardAt), rescue, cancellationToken) is { } asset)
        {
            logger.Rescued(asset.Id, asset.Revision, asset.Attempt);
            signal.Raise();
        }
    }
}
