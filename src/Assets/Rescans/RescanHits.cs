using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;

namespace Pipeline.Assets.Rescans;

/// <summary>
/// Withdraws the assets in which a rescan found malware. A wrong signature may match every file, so above a share of hits the run pauses, and what else
/// it hits is held back until an operator has looked at it. Hits of a run are judged one after another, by a lock on its row.
/// </summary>
public sealed class RescanHits(
    AssetDbContext db, IOptions<RescanOptions> options, SweepSignal<ObjectCleanup> cleanup, TimeProvider time, ILogger<RescanHits> logger, SweepSignal<EventFeed>? feed = null)
{
    /// <summary>The word that begins <see cref="Run.Because"/> of a run that the brake paused.</summary>
    public const string TooMany = "too_many_hits";

    // More lost races than this mean a fault.
    private const int MaxConflicts = 32;

    /// <returns>False if the item is not in work any more.</returns>
    public Task<bool> TakeAsync(Guid run, Guid asset, RescanFinding finding, CancellationToken cancellationToken) =>
        TryAsync(() => JudgeAsync(run, asset, finding, RescanItems.InWork(db, run, asset), cancellationToken));

    /// <summary>Withdraws what was held back and an operator has approved since.</summary>
    /// <returns>How many hits are still held.</returns>
    public async Task<int> WithdrawApprovedAsync(Run run, CancellationToken cancellationToken)
    {
        var held = await RescanItems.Held(db, run.Id).AsNoTracking().OrderBy(i => i.AssetId).ToListAsync(cancellationToken);
        var (left, approved) = (0, ApprovedBy(run));
        foreach (var item in held)
        {
            if (RescanFinding.Read(item.Detail) is not { } finding || !approved.Contains(finding.Signature)) left++;
            else await TryAsync(() => JudgeAsync(run.Id, item.AssetId, finding, RescanItems.Held(db, run.Id).Where(i => i.AssetId == item.AssetId), cancellationToken));
        }

        return left;
    }

    /// <summary>The signatures whose hits an operator has approved.</summary>
    internal static HashSet<string> ApprovedBy(Run run) => run.Approved is { } json ? JsonSerializer.Deserialize<HashSet<string>>(json)! : [];

    private async Task<bool> JudgeAsync(Guid runId, Guid assetId, RescanFinding finding, IQueryable<RunItem> item, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.BeforeSharedLocks.Length > 0) await db.Database.ExecuteSqlRawAsync(db.BeforeSharedLocks, cancellationToken);
        if (await db.Runs.Where(r => r.Id == runId).ExecuteUpdateAsync(row => row.SetProperty(r => r.Hits, r => r.Hits), cancellationToken) == 0) return false;
        if (!await item.AnyAsync(cancellationToken)) return false;
        var run = await db.Runs.AsNoTracking().SingleAsync(r => r.Id == runId, cancellationToken);
        var isApproved = ApprovedBy(run).Contains(finding.Signature);
        var scanned = RunTotals.Of((await RunCounts.ReadAsync(db, [runId], cancellationToken))[runId]).Scanned + 1;
        if (!isApproved && run.Hits >= options.Value.Allowed(run.Planned, scanned))
        {
            await HoldAsync(run, finding, item, scanned, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            logger.RescanHeld(assetId, runId, finding.Signature, finding.Scanner);
            AssetMetrics.Rescanned("held");
            return true;
        }

        var count = await WithdrawAsync(run, assetId, finding, item, isApproved, cancellationToken);
        await RunCounts.AddAsync(db, [count], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        feed?.Raise();
        cleanup.Raise();
        if (count.Result != RunResult.Failed) return true;
        logger.RescanHit(assetId, runId, finding.Signature, finding.Scanner);
        AssetMetrics.Rescanned(RescanVerdict.Infected);
        return true;
    }

    private async Task HoldAsync(Run run, RescanFinding finding, IQueryable<RunItem> item, int scanned, CancellationToken cancellationToken)
    {
        var (now, detail) = (time.GetUtcNow(), finding.ToJson());
        await item.ExecuteUpdateAsync(
            row => row
                .SetProperty(i => i.Outcome, RunResult.Held).SetProperty(i => i.Code, RejectionCode.Infected).SetProperty(i => i.Detail, detail)
                .SetProperty(i => i.EndedAt, now).SetProperty(i => i.DispatchAt, (DateTimeOffset?)null),
            cancellationToken);
        if (run.State != RunState.Running) return;
        var because = Because(run.Hits + 1, scanned, finding);
        await db.Runs.Where(r => r.Id == run.Id && r.State == RunState.Running).ExecuteUpdateAsync(
            row => row
                .SetProperty(r => r.State, RunState.Paused).SetProperty(r => r.Because, because).SetProperty(r => r.WaitingFor, (string?)null)
                .SetProperty(r => r.Version, r => r.Version + 1),
            cancellationToken);
        logger.RunPaused(run.Id, because);
    }

    private async Task<RunCount> WithdrawAsync(Run run, Guid assetId, RescanFinding finding, IQueryable<RunItem> item, bool isApproved, CancellationToken cancellationToken)
    {
        var (now, detail) = (time.GetUtcNow(), finding.ToJson());
        var asset = await db.Assets.SingleOrDefaultAsync(a => a.Id == assetId, cancellationToken);
        if (asset is null || !asset.Withdraw(finding.Signature, finding.Scanner, now))
        {
            await item.ExecuteDeleteAsync(cancellationToken);
            return RunCounts.Of(run.Id, now, RunResult.Skipped, asset is null ? RunSkip.NotFound : AssetView.Word(asset.Status), 1);
        }

        await item.ExecuteUpdateAsync(
            row => row
                .SetProperty(i => i.Outcome, RunResult.Failed).SetProperty(i => i.Code, RejectionCode.Infected).SetProperty(i => i.Detail, detail)
                .SetProperty(i => i.EndedAt, now).SetProperty(i => i.DispatchAt, (DateTimeOffset?)null),
            cancellationToken);
        if (!isApproved) await db.Runs.Where(r => r.Id == run.Id).ExecuteUpdateAsync(row => row.SetProperty(r => r.Hits, r => r.Hits + 1), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return RunCounts.Of(run.Id, now, RunResult.Failed, RejectionCode.Infected, 1);
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> judge)
    {
        for (var conflicts = 0; ; conflicts++)
        {
            try
            {
                return await judge();
            }
            catch (DbUpdateConcurrencyException) when (conflicts < MaxConflicts)
            {
                // Another writer changed the asset: judge again by its newer row.
            }
        }
    }

    private static string Because(int hits, int scanned, RescanFinding finding)
    {
        var text = $"{TooMany}: {hits} of {scanned} scanned assets are hits, the last by {finding.Signature}. The others are held and not withdrawn. See the items of the run, then resume to withdraw them, or cancel.";
        return text.Length <= Run.MaxBecause ? text : text[..Run.MaxBecause];
    }
}
