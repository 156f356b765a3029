using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Bus.Inspection;
using Pipeline.Contracts;

namespace Pipeline.Assets.Queues;

/// <param name="State">What the broker says.</param>
/// <param name="Unacknowledged">Requests that workers have or had, by the rows; null for queues that are not of requests.</param>
/// <param name="DueRows">Rows whose requests are to be published to this queue; null for others.</param>
/// <param name="OldestSince">Since when the oldest of these rows or requests waits; null if none does.</param>
public sealed record QueueLine(QueueState State, long? Unacknowledged, long? DueRows, DateTimeOffset? OldestSince);

/// <summary>The queues, together with the rows of which they hold the requests: the table knows the age, the broker does not.</summary>
public sealed class QueueReport(AssetDbContext db, IQueueInspector inspector, TimeProvider time)
{
    /// <summary>Rows that a report counts of each kind; a longer queue shows this number.</summary>
    internal const int MaxRows = 10_000;

    public async Task<IReadOnlyList<QueueLine>> ReadAsync(CancellationToken cancellationToken)
    {
        var states = await inspector.ListAsync(cancellationToken);
        var now = time.GetUtcNow();
        var due = db.Assets.AsNoTracking().Where(a => a.DispatchAt != null && a.DispatchAt <= now);

        // Each of these reads one narrow index.
        var waiting = (await ByQueueAsync(due.Where(a => a.IsAwaited), cancellationToken)).Concat(await ByQueueAsync(due.Where(a => !a.IsAwaited), cancellationToken)).ToList();
        var sent = await ByQueueAsync(db.Assets.AsNoTracking().Where(a => a.IsInFlight && (a.DispatchAt == null || a.DispatchAt > now)), cancellationToken);
        var rescans = await RescansAsync(now, cancellationToken);
        return [.. states.Select(state => state.Name == QueueNames.Rescans ? LineOf(state, rescans) : LineOf(state, waiting.FindAll(rows => rows.Queue == state.Name), sent.Find(rows => rows.Queue == state.Name)))];
    }

    private static QueueLine LineOf(QueueState state, List<QueuedRows> waiting, QueuedRows? sent)
    {
        if (!DispatchRequest.Queues.Any(queue => queue.Name == state.Name)) return new QueueLine(state, null, null, null);
        var oldest = waiting.Select(rows => rows.DueSince).Append(sent?.SentAt).OfType<DateTimeOffset>().Order().Take(1).ToList();
        return new QueueLine(state, Math.Max(0, (sent?.Count ?? 0) - state.Depth), waiting.Sum(rows => rows.Count), oldest is [var since] ? since : null);
    }

    private static QueueLine LineOf(QueueState state, QueuedRows rescans) =>
        new(state, Math.Max(0, rescans.Sent - state.Depth), rescans.Count, rescans.DueSince < rescans.SentAt || rescans.SentAt is null ? rescans.DueSince : rescans.SentAt);

    private async Task<QueuedRows> RescansAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var items = db.RunItems.AsNoTracking().Where(i => i.DispatchAt != null);
        var due = items.Where(i => i.SentAt == null && i.DispatchAt <= now).Take(MaxRows);
        var sent = items.Where(i => i.SentAt != null).Take(MaxRows);
        return new QueuedRows(QueueNames.Rescans, await due.LongCountAsync(cancellationToken), await due.MinAsync(i => i.DispatchAt, cancellationToken), await sent.MinAsync(i => i.SentAt, cancellationToken))
        {
            Sent = await sent.LongCountAsync(cancellationToken),
        };
    }

    // The same rules as those of DispatchRequest.
    private static Task<List<QueuedRows>> ByQueueAsync(IQueryable<Asset> rows, CancellationToken cancellationToken) => rows
        .Take(MaxRows)
        .GroupBy(a => a.FailureCode == FailureCode.WorkerLost ? QueueNames.Suspects : a.Revision == 1 || a.IsAwaited ? QueueNames.Uploads : QueueNames.Reprocess)
        .Select(same => new QueuedRows(same.Key, same.LongCount(), same.Min(a => a.DispatchAt), same.Min(a => a.Work == WorkState.Queued ? a.LastHeardAt : null)))
        .ToListAsync(cancellationToken);

    private sealed record QueuedRows(string Queue, long Count, DateTimeOffset? DueSince, DateTimeOffset? SentAt)
    {
        public long Sent { get; init; }
    }
}
