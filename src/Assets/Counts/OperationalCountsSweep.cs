using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting;

namespace Pipeline.Assets.Counts;

/// <summary>
/// Counts if no instance has counted for <see cref="Interval"/>, and reads the last counts. So the database is counted once for any number of
/// instances, and if the instance that counts dies, another one does it after the interval.
/// </summary>
public sealed class OperationalCountsSweep(AssetDbContext db, CurrentCounts current, TimeProvider time, IReadiness? readiness = null) : ISweep
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>How often an instance looks.</summary>
    internal static readonly TimeSpan Check = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = now - Interval;

        // A claim from the future is of a clock that was wrong.
        var claimed = await db.StoredCounts
            .Where(c => c.Id == Counts.StoredCounts.OnlyId && (c.ClaimedAt <= due || c.ClaimedAt > now + Interval))
            .ExecuteUpdateAsync(row => row.SetProperty(c => c.ClaimedAt, now), cancellationToken);
        if (claimed == 1)
        {
            var counts = await new OperationalCounter(db, now, readiness).CountAsync(await StoredAsync(cancellationToken), cancellationToken);
            var json = counts.ToJson();
            await db.StoredCounts.Where(c => c.Id == Counts.StoredCounts.OnlyId).ExecuteUpdateAsync(row => row.SetProperty(c => c.Counts, json), cancellationToken);
            await ActivityStore.RaiseAsync(
                db, now,
                [(ActivityKind.OldestWaiting, (long)counts.Queues.Max(queue => queue.OldestSeconds)), (ActivityKind.WebhooksBehind, counts.Webhooks.Count)],
                cancellationToken);
            await ActivityStore.PruneAsync(db, now, cancellationToken);
        }

        current.Set(await StoredAsync(cancellationToken));
    }

    private async Task<OperationalCounts?> StoredAsync(CancellationToken cancellationToken) =>
        OperationalCounts.FromJson(await db.StoredCounts.Where(c => c.Id == Counts.StoredCounts.OnlyId).Select(c => c.Counts).SingleOrDefaultAsync(cancellationToken));
}
