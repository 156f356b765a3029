using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs.Walks;

namespace Pipeline.Assets.Runs;

/// <summary>
/// Feeds the running runs: each instance may, one at a time by a lease. It starts the next assets as the pace allows, pauses a run that goes badly,
/// and completes one whose last asset has ended. Everything it knows is in the tables, so any instance goes on after a crash.
/// </summary>
public sealed class RunFeeder(
    AssetDbContext db,
    RunStep step,
    RunBrakes brakes,
    RunEnd end,
    RunWalker walker,
    SweepSignal<Dispatcher> dispatcher,
    SweepSignal<ObjectCleanup> cleanup,
    SweepSignal<RescanDispatcher> rescans,
    RescanHits hits,
    RescanBudget budget,
    IOptions<RunsOptions> options,
    TimeProvider time,
    ILogger<RunFeeder> logger) : ISweep
{
    /// <summary>Another instance takes a run over after this time, at its next sweep. Both together are less than half a minute.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    /// <summary>Most assets in one transaction.</summary>
    internal const int Page = 100;

    /// <summary>How long a rollback waits for what the other run still has in flight.</summary>
    internal static readonly TimeSpan MaxDrain = TimeSpan.FromMinutes(5);

    // More lost races in a row mean that someone changes these assets all the time; the next run of the sweep tries again.
    private const int MaxConflicts = 8;

    // Of this scope, so that two sweeps in one process exclude each other, too.
    private readonly Guid _owner = Guid.NewGuid();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = await db.Runs.AsNoTracking().Where(r => r.State == RunState.Running).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(cancellationToken);
        foreach (var id in running)
        {
            if (!await LeaseAsync(id, cancellationToken)) continue;
            try
            {
                await FeedAsync(id, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // The others go on. This one goes on at the next sweep, here or elsewhere.
                logger.RunNotFed(e, id);
            }

            await ReleaseAsync(id, cancellationToken);
        }
    }

    private async Task FeedAsync(Guid id, CancellationToken cancellationToken)
    {
        await end.SettleLateAsync(id, cancellationToken);
        for (var conflicts = 0; await ReadAsync(id, cancellationToken) is { } run;)
        {
            if (!RunKind.IsKnown(run.Kind) || (RunKind.IsWalk(run.Kind) && !walker.Walks(run.Kind)))
            {
                await WaitAsync(run, RunWait.Kind, cancellationToken);
                return;
            }

            if (RunFilter.Read(run.Filter) is not { } filter)
            {
                await end.FailAsync(run, "The stored filter cannot be read: a newer version made this run.", cancellationToken);
                return;
            }

            var held = run.Kind == RunKind.Rescan ? await hits.WithdrawApprovedAsync(run, cancellationToken) : 0;
            var inFlight = await RunCounts.InFlightAsync(db, id, cancellationToken);
            var totals = RunTotals.Of((await RunCounts.ReadAsync(db, [id], cancellationToken))[id]);
            if (held > 0)
            {
                // Its hits arrived while an operator resumed the run.
                await end.PauseAsync(run, totals, $"{RescanHits.TooMany}: {held} more hits are held. See the items of the run, then resume or cancel.", cancellationToken);
                return;
            }

            if (await end.JudgeAsync(run, totals, inFlight, cancellationToken)) return;
            var (room, why) = await RoomAsync(run, totals, inFlight, cancellationToken);
            if (room == 0)
            {
                await WaitAsync(run, why, cancellationToken);
                return;
            }

            if (RunKind.IsWalk(run.Kind))
            {
                if (!await WalkAsync(run, room, cancellationToken)) return;
                continue;
            }

            try
            {
                // Halve the page after each lost race, so that one busy asset holds up only itself.
                if (await step.RunAsync(run, filter, Math.Max(1, Math.Min(room, Page) >> conflicts), _owner, cancellationToken) is not { } looked) return;
                conflicts = 0;
                if (looked == 0)
                {
                    if (run.IsFed) continue;
                    await WaitAsync(run, RunWait.DailyBytes, cancellationToken);
                    return;
                }

                await WaitAsync(run, why: null, cancellationToken);
                if (run.Kind == RunKind.Rescan) rescans.Raise();
                else dispatcher.Raise();
                if (RunKind.Deletes(run.Kind) || run.Kind == RunKind.Rollback) cleanup.Raise();
            }
            catch (DbUpdateConcurrencyException) when (conflicts < MaxConflicts)
            {
                conflicts++;
            }
        }
    }

    /// <returns>Whether to go on with the next page at once.</returns>
    private async Task<bool> WalkAsync(Run run, int room, CancellationToken cancellationToken)
    {
        if (await walker.RunAsync(run, room, _owner, cancellationToken) is not { } page) return false;
        if (page.FailedBecause is { } because) await end.FailAsync(run, because, cancellationToken);
        else await WaitAsync(run, page.WaitingFor, cancellationToken);
        return page is { FailedBecause: null, WaitingFor: null };
    }

    /// <returns>How many assets may start now; with none, the reason.</returns>
    private async Task<(int Room, string? Why)> RoomAsync(Run run, RunTotals totals, int inFlight, CancellationToken cancellationToken)
    {
        if (run.IsFed) return (0, RunWait.InFlight);
        if (run.Source is { } source && await DrainsAsync(run, source, cancellationToken)) return (0, RunWait.InFlight);
        var pace = RunPace.Read(run.Pace);

        // A walk has nothing in flight.
        var room = RunKind.IsWalk(run.Kind) ? WalkTurn.Page : pace.InFlight - inFlight;
        if (room <= 0) return (0, RunWait.InFlight);
        if (IsCanary(run))
        {
            room = Math.Min(room, options.Value.CanaryAssets - run.Fed);
            if (room <= 0) return (0, RunWait.Canary);
        }

        room = Math.Min(room, RunBrakes.Allowed(run, pace, time.GetUtcNow()));
        if (room <= 0) return (0, RunWait.Rate);
        if (RunEnd.WithinBudget(run, pace) is var affordable && affordable < room) room = affordable;
        if (room <= 0)
        {
            await end.PauseAsync(run, totals, $"The budget of {pace.BudgetUsd} USD is used up. Raise it and resume, or cancel.", cancellationToken);
            return (0, null);
        }

        if (run.Kind == RunKind.Rescan && await budget.IsUsedUpAsync(time.GetUtcNow(), cancellationToken)) return (0, RunWait.DailyBytes);
        return await brakes.WhyWaitAsync(run, pace, walker.Yields(run.Kind), cancellationToken) is { } why ? (0, why) : (room, null);
    }

    // What a cancelled run has in flight is still published, and must go back, too. One asset that waits for a retry holds up the others for a while only.
    private async Task<bool> DrainsAsync(Run rollback, Guid source, CancellationToken cancellationToken)
    {
        if (rollback.AppliedAt + MaxDrain <= time.GetUtcNow()) return false;
        await end.SettleLateAsync(source, cancellationToken);
        return await RunCounts.InFlightAsync(db, source, cancellationToken) > 0;
    }

    private bool IsCanary(Run run) => !run.IsProven && run.Planned > options.Value.CanaryAbove;

    private async Task<bool> LeaseAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await db.Runs
            .Where(r => r.Id == id && r.State == RunState.Running && (r.LeaseUntil == null || r.LeaseUntil <= now))
            .ExecuteUpdateAsync(row => row.SetProperty(r => r.LeaseOwner, _owner).SetProperty(r => r.LeaseUntil, now + Lease), cancellationToken) == 1;
    }

    private Task<int> ReleaseAsync(Guid id, CancellationToken cancellationToken) => db.Runs
        .Where(r => r.Id == id && r.LeaseOwner == _owner)
        .ExecuteUpdateAsync(row => row.SetProperty(r => r.LeaseUntil, (DateTimeOffset?)null).SetProperty(r => r.LeaseOwner, (Guid?)null), cancellationToken);

    private Task<Run?> ReadAsync(Guid id, CancellationToken cancellationToken) =>
        db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && r.State == RunState.Running && r.LeaseOwner == _owner, cancellationToken);

    private async Task WaitAsync(Run run, string? why, CancellationToken cancellationToken)
    {
        if (run.WaitingFor == why) return;
        await db.Runs.Where(r => r.Id == run.Id && r.State == RunState.Running)
            .ExecuteUpdateAsync(row => row.SetProperty(r => r.WaitingFor, why), cancellationToken);
        if (why is not null) logger.RunWaits(run.Id, why);
    }
}
