using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Rescans;

namespace Pipeline.Assets.Runs;

/// <summary>
/// Starts the next assets of a run in one transaction: their new revisions, the rows of the assets in flight, the counters and the cursor. A process that
/// dies anywhere leaves all of it or nothing. The last statement compares the cursor, the state and the lease; it locks the run's row for that
/// moment only, so a pause never waits for a page.
/// </summary>
public sealed class RunStep(AssetDbContext db, RescanBudget budget, TimeProvider time)
{
    /// <summary>Starts at most this many assets.</summary>
    /// <returns>How many assets the step looked at; null if another instance or an operator was faster, and then nothing has changed.</returns>
    /// <exception cref="DbUpdateConcurrencyException">Another writer changed one of the assets; nothing has changed. Try again.</exception>
    public async Task<int?> RunAsync(Run run, RunFilter filter, int atMost, Guid owner, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.BeforeSharedLocks.Length > 0) await db.Database.ExecuteSqlRawAsync(db.BeforeSharedLocks, cancellationToken);
        var now = time.GetUtcNow();
        var ids = await NextAsync(run, filter, atMost, cancellationToken);
        var counts = new List<RunCount>();
        var (asked, assets) = (ids.Count, await LoadAsync(ids, cancellationToken));
        if (run.Kind == RunKind.Rescan)
        {
            ids = ids[..await budget.FittingAsync(ids.ConvertAll(id => SizeOf(assets.GetValueOrDefault(id))), now, cancellationToken)];
            if (asked > 0 && ids.Count == 0) return 0;
            if (!await budget.TakeAsync(ids.Sum(id => SizeOf(assets.GetValueOrDefault(id))), now, cancellationToken)) return null;
        }

        var replaced = run.Source is { } source
            ? await db.ReplacedPublications.Where(r => r.RunId == source && ids.Contains(r.AssetId)).ToDictionaryAsync(r => r.AssetId, cancellationToken)
            : [];
        foreach (var id in ids)
        {
            if (assets.GetValueOrDefault(id) is not { } asset) counts.Add(RunCounts.Of(run.Id, now, RunResult.Skipped, RunSkip.Unreadable, 1));
            else if (run.Kind == RunKind.Rollback) counts.Add(TakeBack(run, asset, replaced.GetValueOrDefault(id), now));
            else if (Start(run, asset, now) is { } ended) counts.Add(ended);
        }

        await db.SaveChangesAsync(cancellationToken);
        if (counts.Count > 0) await RunCounts.AddAsync(db, counts, cancellationToken);
        if (!await MoveAsync(run, ids, isFed: asked < atMost && ids.Count == asked, owner, now, cancellationToken)) return null;
        await transaction.CommitAsync(cancellationToken);
        return ids.Count;
    }

    private Task<List<Guid>> NextAsync(Run run, RunFilter filter, int atMost, CancellationToken cancellationToken)
    {
        var chosen = db.RunChoices.Where(c => c.RunId == run.Id);
        if (run.Cursor is { } last) chosen = run.Kind == RunKind.Rescan ? chosen.Where(c => c.AssetId.CompareTo(last) < 0) : chosen.Where(c => c.AssetId.CompareTo(last) > 0);
        var matching = RunQuery.Of(run.Kind, RunQuery.Matching(db, run.TenantId, filter, chosen)).Where(a => a.Id.CompareTo(run.LastId) <= 0);
        if (RunQuery.IsOfFailures(run.Kind, filter)) matching = RunQuery.Unchanged(matching, run.CreatedAt);
        if (run.Source is { } source) matching = matching.Where(a => db.ReplacedPublications.Any(r => r.RunId == source && r.AssetId == a.Id));
        if (run.Kind == RunKind.Rescan)
        {
            // New files are the likeliest to match a new signature.
            if (run.Cursor is { } lowest) matching = matching.Where(a => a.Id.CompareTo(lowest) < 0);
            return matching.OrderByDescending(a => a.Id).Take(atMost).Select(a => a.Id).ToListAsync(cancellationToken);
        }

        if (run.Cursor is { } cursor) matching = matching.Where(a => a.Id.CompareTo(cursor) > 0);
        return matching.OrderBy(a => a.Id).Take(atMost).Select(a => a.Id).ToListAsync(cancellationToken);
    }

    // One row that cannot be read must not stop the run.
    private async Task<Dictionary<Guid, Asset>> LoadAsync(List<Guid> ids, CancellationToken cancellationToken)
    {
        try
        {
            return await db.Assets.Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, cancellationToken);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            db.ChangeTracker.Clear();
            var assets = new Dictionary<Guid, Asset>();
            foreach (var id in ids)
            {
                try
                {
                    if (await db.Assets.SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is { } asset) assets[id] = asset;
                }
                catch (Exception fault) when (IsUnreadable(fault))
                {
                    // The caller counts it as skipped.
                }
            }

            return assets;
        }
    }

    /// <returns>A count, if the asset ends here; null if it is in flight now.</returns>
    private RunCount? Start(Run run, Asset asset, DateTimeOffset now)
    {
        if (run.Kind == RunKind.Discard)
            return asset.Delete(now)
                ? RunCounts.Of(run.Id, now, RunResult.Done, "", 1)
                : RunCounts.Of(run.Id, now, RunResult.Skipped, AssetView.Word(asset.Status), 1);
        if (run.Kind == RunKind.Rescan)
        {
            if (asset is not { Status: AssetStatus.Ready, Publication.Original: not null }) return RunCounts.Of(run.Id, now, RunResult.Skipped, AssetView.Word(asset.Status), 1);
            db.RunItems.Add(new RunItem { AssetId = asset.Id, RunId = run.Id, Revision = RescanItems.NoRevision, StartedAt = now, DispatchAt = now, Attempt = 1 });
            return null;
        }

        if (!asset.CanReprocess) return RunCounts.Of(run.Id, now, RunResult.Skipped, AssetView.Word(asset.Status), 1);

        // False: a new revision waits already, and serves this run, too.
        if (!asset.Reprocess(now)) asset.Touch(now);
        db.Entry(asset).Property(a => a.UpdatedAt).IsModified = true;
        db.RunItems.Add(new RunItem { AssetId = asset.Id, RunId = run.Id, Revision = asset.NewestRevision, StartedAt = now });
        return null;
    }

    private static long SizeOf(Asset? asset) => asset?.Publication?.Original?.Size ?? 0;

    private RunCount TakeBack(Run run, Asset asset, ReplacedPublication? before, DateTimeOffset now)
    {
        if (before is null || !asset.TakeBack(before, now)) return RunCounts.Of(run.Id, now, RunResult.Skipped, RunSkip.MovedOn, 1);
        db.ReplacedPublications.Remove(before);
        return RunCounts.Of(run.Id, now, RunResult.Done, "", 1);
    }

    private async Task<bool> MoveAsync(Run run, List<Guid> ids, bool isFed, Guid owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (cursor, fed, paced) = (ids.Count > 0 ? ids[^1] : run.Cursor, run.Fed + ids.Count, RunBrakes.PacedUntil(run, ids.Count, now));
        var moved = await db.Runs
            .Where(r => r.Id == run.Id && r.State == RunState.Running && r.Version == run.Version && r.Cursor == run.Cursor && !r.IsFed && r.LeaseOwner == owner)
            .ExecuteUpdateAsync(
                row => row
                    .SetProperty(r => r.Cursor, cursor)
                    .SetProperty(r => r.Fed, fed)
                    .SetProperty(r => r.IsFed, isFed)
                    .SetProperty(r => r.PacedUntil, paced)
                    .SetProperty(r => r.LeaseUntil, now + RunFeeder.Lease),
                cancellationToken);
        if (moved == 0) return false;
        (run.Cursor, run.Fed, run.IsFed, run.PacedUntil) = (cursor, fed, isFed, paced);
        return true;
    }

    private static bool IsUnreadable(Exception exception) =>
        exception is JsonException or FormatException or InvalidCastException or ArgumentException || (exception is InvalidOperationException && exception.InnerException is not DbException);
}
