using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Webhooks;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Assets.Counts;

/// <summary>Counts by queries whose cost depends on the outstanding work, up to a bound, and never on the number of assets.</summary>
internal sealed class OperationalCounter(AssetDbContext db, DateTimeOffset now, IReadiness? readiness = null)
{
    /// <param name="before">The counts before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<OperationalCounts> CountAsync(OperationalCounts? before, CancellationToken cancellationToken)
    {
        var (assets, areEstimated) = await db.CountByStatusAsync(OperationalCounts.Most, cancellationToken);
        var workers = await db.Workers.AsNoTracking().Where(w => w.HeardAt >= now - WorkerCapacity.Heard).ToListAsync(cancellationToken);
        return new OperationalCounts
        {
            At = now,
            Assets = assets,
            AreAssetsEstimated = areEstimated,
            Queues = await QueuesAsync(cancellationToken),
            Cleanup = await DueAsync(db.Assets.Where(a => a.TidyAt <= now).Select(a => a.TidyAt!.Value), cancellationToken),
            Events = await DueAsync(db.Events.Where(e => e.Position == null).Select(e => e.At), cancellationToken),
            Webhooks = await WebhooksAsync(cancellationToken),
            Runs = await RunCounter.CountAsync(db, cancellationToken),
            Workers = workers.Count,
            UploadPlaces = workers.Sum(w => w.Concurrency),
            ReprocessPlaces = workers.Sum(w => w.ReprocessConcurrency),
            Dependencies = await new DependencyWatch(db, readiness, now).ReadAsync(before, workers, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<QueueWork>> QueuesAsync(CancellationToken cancellationToken)
    {
        // One query for each index of the table.
        List<Request> requests =
        [
            .. await ReadAsync(db.Assets.Where(a => a.DispatchAt != null && a.IsAwaited), cancellationToken),
            .. await ReadAsync(db.Assets.Where(a => a.DispatchAt != null && !a.IsAwaited), cancellationToken),
            .. await ReadAsync(db.Assets.Where(a => a.IsInFlight && a.DispatchAt == null), cancellationToken),
        ];
        var queues = requests.ToLookup(request => request.Queue, StringComparer.Ordinal);
        return [.. DispatchRequest.Queues.Select(queue => WorkOf(queue.Name, [.. queues[queue.Name]]))];
    }

    private static Task<List<Request>> ReadAsync(IQueryable<Asset> rows, CancellationToken cancellationToken) => rows
        .OrderBy(a => a.TenantId).ThenBy(a => a.OwnerId) // as the indexes are, so that no row behind the bound is read
        .Select(a => new Request(a.DispatchAt, a.LastHeardAt, a.Work == WorkState.Processing, a.FailureCode == FailureCode.WorkerLost, a.Revision == 1 || a.IsAwaited))
        .Take(OperationalCounts.Most)
        .ToListAsync(cancellationToken);

    private QueueWork WorkOf(string queue, IReadOnlyList<Request> requests)
    {
        var due = requests.Where(r => r.DispatchAt <= now).ToList();
        var dispatched = requests.Where(r => r.DispatchAt is null && !r.IsProcessing).ToList();
        var oldest = due.Select(r => r.DispatchAt).Concat(dispatched.Select(r => r.LastHeardAt)).Min();
        return new QueueWork(
            queue, due.Count, requests.Count(r => r.DispatchAt > now), dispatched.Count, requests.Count(r => r.IsProcessing), Age(oldest));
    }

    private async Task<DueWork> DueAsync(IQueryable<DateTimeOffset> due, CancellationToken cancellationToken)
    {
        var times = await due.OrderBy(at => at).Take(OperationalCounts.Most).ToListAsync(cancellationToken);
        return new DueWork(times.Count, Age(times.Count == 0 ? null : times[0]));
    }

    // By webhook, because the index of pending deliveries begins with it. Paused webhooks wait on purpose.
    private async Task<DueWork> WebhooksAsync(CancellationToken cancellationToken)
    {
        var active = await db.Webhooks.Where(w => w.Status == WebhookStatus.Active).OrderBy(w => w.Id).Select(w => w.Id).Take(OperationalCounts.Most).ToListAsync(cancellationToken);
        if (active.Count == 0) return new DueWork(0, 0);
        return await DueAsync(
            db.WebhookDeliveries.Where(d => active.Contains(d.WebhookId) && d.Status == DeliveryStatus.Pending && d.NextAttemptAt <= now).Select(d => d.NextAttemptAt),
            cancellationToken);
    }

    private double Age(DateTimeOffset? since) => since is { } at && at < now ? (now - at).TotalSeconds : 0;

    private sealed record Request(DateTimeOffset? DispatchAt, DateTimeOffset? LastHeardAt, bool IsProcessing, bool IsSuspect, bool IsUrgent)
    {
        public string Queue => IsSuspect ? QueueNames.Suspects : IsUrgent ? QueueNames.Uploads : QueueNames.Reprocess;
    }
}
