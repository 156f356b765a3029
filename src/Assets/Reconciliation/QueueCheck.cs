using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;

namespace Pipeline.Assets.Reconciliation;

/// <summary>Looks for rows whose work neither the bus nor a worker seems to hold, although the sweeps that heal them have had their time.</summary>
public sealed class QueueCheck(AssetDbContext db, IOptions<DispatchOptions> options, TimeProvider time)
{
    // The rescuer acts after the time of the options; twice as much means that it does not.
    private const int Patience = 2;

    // Requests wait in the table for their owner's turn; in an hour each owner has had many.
    private static readonly TimeSpan Overdue = TimeSpan.FromHours(1);

    /// <returns>The last row of the page; null if none is left.</returns>
    public async Task<(Guid? Last, IReadOnlyList<WalkCount> Counts, IReadOnlyList<WalkFinding> Findings)> RunAsync(Guid? after, int atMost, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (untaken, silent, due) = (now - (Patience * TimeSpan.FromSeconds(options.Value.UntakenSeconds)), now - (Patience * TimeSpan.FromSeconds(options.Value.SilenceSeconds)), now - Overdue);
        var stuck = db.Assets.AsNoTracking().Where(a =>
            (a.DispatchAt != null && a.DispatchAt <= due)
            || (a.IsInFlight && a.DispatchAt == null && a.Work == WorkState.Queued && a.LastHeardAt <= untaken)
            || (a.IsInFlight && a.Work == WorkState.Processing && a.LastHeardAt <= silent));
        if (after is { } last) stuck = stuck.Where(a => a.Id.CompareTo(last) > 0);
        var page = await stuck.OrderBy(a => a.Id).Take(atMost).Select(a => new { a.Id, a.Work, a.DispatchAt, a.LastHeardAt, a.Revision, a.Attempt }).ToListAsync(cancellationToken);
        if (page.Count == 0) return (null, [], []);
        return (page[^1].Id, [new WalkCount(RunResult.Found, ReconcileCode.Stuck, page.Count)],
            [.. page.Select(row => new WalkFinding(
                ReconcileCode.Stuck, null, null, row.Id,
                row.DispatchAt is not null ? $"Revision {row.Revision}, attempt {row.Attempt} is due since {row.DispatchAt:u} and not on the bus. Look at the job Dispatcher and at the broker."
                : row.Work == WorkState.Queued ? $"Revision {row.Revision}, attempt {row.Attempt} is on the bus since {row.LastHeardAt:u}, and no worker has taken it. Look at the queues and the job StalledWorkRescuer."
                : $"Revision {row.Revision}, attempt {row.Attempt} has a worker that is silent since {row.LastHeardAt:u}. Look at the workers and the job StalledWorkRescuer."))]);
    }
}
