using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Rescans;

namespace Pipeline.Assets.Runs;

/// <summary>Expires plans that nobody applied, forgets what ended runs replaced, and deletes runs that ended long ago.</summary>
public sealed class RunUpkeep(AssetDbContext db, AssetStore store, IOptions<RunsOptions> options, TimeProvider time) : ISweep
{
    /// <summary>Seconds between two runs of the sweep.</summary>
    internal const int IntervalSeconds = 300;

    private const int AtOnce = 20;

    // Longer than any plan is counted: until then its run has no row.
    private static readonly TimeSpan Counted = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.Runs.Where(r => r.State == RunState.Planned && r.ExpiresAt <= now).ExecuteUpdateAsync(
            row => row.SetProperty(r => r.State, RunState.Expired).SetProperty(r => r.EndedAt, now).SetProperty(r => r.Version, r => r.Version + 1), cancellationToken);
        await ForgetReplacedAsync(now, cancellationToken);
        await ForgetChoicesAsync(now, cancellationToken);
        var lastDay = RescanDay.Of(now) - 1;
        await db.RescanDays.Where(d => d.Day < lastDay).ExecuteDeleteAsync(cancellationToken);
        var cutoff = now.AddDays(-options.Value.KeepDays);
        var old = await db.Runs
            .Where(r => r.EndedAt <= cutoff && (r.State == RunState.Completed || r.State == RunState.Cancelled || r.State == RunState.Failed || r.State == RunState.Expired))
            .OrderBy(r => r.Id).Take(AtOnce).Select(r => r.Id).ToListAsync(cancellationToken);

        // The run goes last, so that a crash leaves no rows without their run.
        foreach (var id in old)
        {
            await db.RunItems.Where(i => i.RunId == id).ExecuteDeleteAsync(cancellationToken);
            await db.RunFindings.Where(f => f.RunId == id).ExecuteDeleteAsync(cancellationToken);
            await db.RunCounts.Where(c => c.RunId == id).ExecuteDeleteAsync(cancellationToken);
            await db.ReplacedPublications.Where(r => r.RunId == id).ExecuteDeleteAsync(cancellationToken);
            await db.Runs.Where(r => r.Id == id).ExecuteDeleteAsync(cancellationToken);
        }
    }

    // The names of an ended run, and those of a plan whose server died. An ended run has no use for them, because a rollback takes what was replaced.
    private async Task ForgetChoicesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counting = Guid.CreateVersion7(now - Counted);
        await db.RunChoices
            .Where(c => c.RunId.CompareTo(counting) < 0
                && !db.Runs.Any(r => r.Id == c.RunId && (r.State == RunState.Planned || r.State == RunState.Running || r.State == RunState.Paused)))
            .ExecuteDeleteAsync(cancellationToken);
    }

    // The row goes in the transaction that makes the cleanup of the asset due, so a crash leaves no objects without either.
    private async Task ForgetReplacedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var over = await db.Runs
            .Where(r => r.ReplacedUntil <= now && !db.Runs.Any(back => back.Source == r.Id && (back.State == RunState.Running || back.State == RunState.Paused)))
            .OrderBy(r => r.ReplacedUntil).Take(AtOnce).Select(r => r.Id).ToListAsync(cancellationToken);
        foreach (var run in over)
        {
            while (await PageAsync(run, cancellationToken) is { Count: > 0 } page)
            {
                List<Guid> assets = [.. page.Keys];
                await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                await db.ReplacedPublications.Where(r => r.RunId == run && assets.Contains(r.AssetId)).ExecuteDeleteAsync(cancellationToken);
                await store.ChangeEachAsync(assets, asset => asset.ForgetReplaced(page[asset.Id], now), cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            await db.Runs.Where(r => r.Id == run).ExecuteUpdateAsync(row => row.SetProperty(r => r.ReplacedUntil, (DateTimeOffset?)null), cancellationToken);
        }
    }

    private Task<Dictionary<Guid, Publication?>> PageAsync(Guid run, CancellationToken cancellationToken) =>
        db.ReplacedPublications.AsNoTracking().Where(r => r.RunId == run).OrderBy(r => r.AssetId).Take(RunFeeder.Page).ToDictionaryAsync(r => r.AssetId, r => r.Read(), cancellationToken);
}
