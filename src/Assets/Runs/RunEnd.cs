using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Runs;

/// <summary>Ends a run, or pauses one that goes badly. Each is one update that compares state and version.</summary>
public sealed class RunEnd(AssetDbContext db, IOptions<RunsOptions> options, TimeProvider time, ILogger<RunEnd> logger)
{
    /// <summary>A share of failures says little before this many assets have ended.</summary>
    internal const int FewestJudged = 20;

    /// <summary>The canary pauses the run above this percentage of failures.</summary>
    internal const double CanaryFailures = 5;

    /// <summary>The canary pauses the run above this multiple of the planned bytes.</summary>
    internal const double CanaryBytes = 1.5;

    /// <summary>
    /// Counts assets whose work ended without the run: an instance of an older version wrote the outcome. Without this, the run would wait for
    /// them for ever.
    /// </summary>
    public async Task SettleLateAsync(Guid run, CancellationToken cancellationToken)
    {
        var late = await db.RunItems.Where(i => i.RunId == run && i.Outcome == null && i.Revision > 0)
            .Join(db.Assets.Where(a => a.Work == WorkState.Idle), i => i.AssetId, a => a.Id, (_, a) => a.Id)
            .Take(RunFeeder.Page).ToListAsync(cancellationToken);
        if (late.Count == 0) return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var assets = await db.Assets.AsNoTracking().Where(a => late.Contains(a.Id)).ToListAsync(cancellationToken);
        var counts = await RunOutcomes.SettleAsync(db, assets.ConvertAll(a => new EndedAsset(a, 0)), time.GetUtcNow(), cancellationToken);
        await RunCounts.AddAsync(db, counts, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Completes the run, pauses it or lets it pass the canary.</summary>
    /// <returns>True if it is over or paused.</returns>
    public async Task<bool> JudgeAsync(Run run, RunTotals totals, int inFlight, CancellationToken cancellationToken)
    {
        if (run.IsFed && inFlight == 0) return await CompleteAsync(run, totals, cancellationToken);
        if (!run.IsProven && run.Planned > options.Value.CanaryAbove)
        {
            if (run.Fed < options.Value.CanaryAssets || inFlight > 0) return false;
            run.IsProven = true;
            if (WhyNotProven(run, totals) is { } because) return await PauseAsync(run, totals, because, cancellationToken);
            await db.Runs.Where(r => r.Id == run.Id).ExecuteUpdateAsync(row => row.SetProperty(r => r.IsProven, true), cancellationToken);
            return false;
        }

        var (ended, failed, most) = (totals.Done + totals.Failed - run.JudgedFrom, totals.FaultsOf(run.Kind) - run.JudgedFailures, RunPace.Read(run.Pace).MaxFailures);
        return ended >= FewestJudged && Share(failed, ended) > most
            && await PauseAsync(run, totals, $"{failed} of the last {ended} assets failed, more than {most} %. See the failed items of the run, then resume or cancel.", cancellationToken);
    }

    /// <summary>How many more assets the budget pays for, by the dearer provider of the plan.</summary>
    public static int WithinBudget(Run run, RunPace pace)
    {
        if (pace.BudgetUsd is not { } budget || RunPlan.Read(run.Plan) is not { Assets: > 0 } plan || plan.DearestUsd <= 0) return int.MaxValue;
        var each = plan.DearestUsd / plan.Assets;
        return (int)Math.Clamp(Math.Floor((budget / each) + 1e-6) - run.Fed, 0, int.MaxValue);
    }

    public async Task<bool> PauseAsync(Run run, RunTotals totals, string because, CancellationToken cancellationToken)
    {
        if (await SetAsync(run, RunState.Paused, because, totals, cancellationToken)) logger.RunPaused(run.Id, because);
        return true;
    }

    public async Task FailAsync(Run run, string because, CancellationToken cancellationToken)
    {
        if (await SetAsync(run, RunState.Failed, because, totals: null, cancellationToken)) logger.RunPaused(run.Id, because);
    }

    private static string? WhyNotProven(Run run, RunTotals totals)
    {
        var judged = totals.Done + totals.Failed;
        var failed = totals.FaultsOf(run.Kind);
        if (judged > 0 && Share(failed, judged) > CanaryFailures)
            return $"{failed} of the first {judged} assets failed, more than {CanaryFailures} %. See the failed items of the run, then resume or cancel.";
        if (!RunKind.Renders(run.Kind) || RunPlan.Read(run.Plan) is not { Assets: > 0 } plan) return null;
        var planned = (double)plan.Bytes / plan.Assets * totals.Done;
        return planned > 0 && totals.Bytes > planned * CanaryBytes
            ? $"The first {totals.Done} assets wrote {totals.Bytes} bytes, more than {CanaryBytes} times the {planned:0} of the plan. Check the profiles, then resume or cancel."
            : null;
    }

    private async Task<bool> CompleteAsync(Run run, RunTotals totals, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Assets that matched at the plan and did not when their turn came are skipped; an estimate that was too low is corrected.
        var planned = Math.Max(run.Planned, totals.Ended);
        if (RunPlan.Read(run.Plan)?.IsEstimate == true) planned = totals.Ended;
        var ended = await db.Runs
            .Where(r => r.Id == run.Id && r.State == RunState.Running && r.Version == run.Version)
            .ExecuteUpdateAsync(
                row => row
                    .SetProperty(r => r.State, RunState.Completed)
                    .SetProperty(r => r.ActiveKind, (string?)null)
                    .SetProperty(r => r.WaitingFor, (string?)null)
                    .SetProperty(r => r.Planned, planned)
                    .SetProperty(r => r.EndedAt, now)
                    .SetProperty(r => r.ReplacedUntil, now.AddHours(run.KeepHours))
                    .SetProperty(r => r.Version, r => r.Version + 1),
                cancellationToken);
        if (ended == 0) return true;
        if (planned > totals.Ended) await RunCounts.AddAsync(db, [RunCounts.Of(run.Id, now, RunResult.Skipped, RunSkip.Changed, planned - totals.Ended)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.RunCompleted(run.Id, totals.Done, planned - totals.Done - totals.Failed, totals.Failed);
        return true;
    }

    private async Task<bool> SetAsync(Run run, string state, string because, RunTotals? totals, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var text = because.Length <= Run.MaxBecause ? because : because[..Run.MaxBecause];
        var (judged, failures) = totals is null ? (run.JudgedFrom, run.JudgedFailures) : (totals.Done + totals.Failed, totals.FaultsOf(run.Kind));
        return await db.Runs
            .Where(r => r.Id == run.Id && r.State == RunState.Running && r.Version == run.Version)
            .ExecuteUpdateAsync(
                row => row
                    .SetProperty(r => r.State, state)
                    .SetProperty(r => r.ActiveKind, state == RunState.Paused ? run.ActiveKind : null)
                    .SetProperty(r => r.Because, text)
                    .SetProperty(r => r.WaitingFor, (string?)null)
                    .SetProperty(r => r.IsProven, run.IsProven)
                    .SetProperty(r => r.JudgedFrom, judged)
                    .SetProperty(r => r.JudgedFailures, failures)
                    .SetProperty(r => r.EndedAt, state == RunState.Failed ? now : null)
                    .SetProperty(r => r.ReplacedUntil, state == RunState.Failed ? now.AddHours(run.KeepHours) : null)
                    .SetProperty(r => r.Version, r => r.Version + 1),
                cancellationToken) == 1;
    }

    private static double Share(int part, int whole) => 100d * part / whole;
}
