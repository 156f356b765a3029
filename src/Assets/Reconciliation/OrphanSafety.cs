using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Reconciliation;

/// <summary>
/// Says why the orphans that a run has found must not be deleted. A table that is not that of the store makes every object look like an orphan, so each
/// doubt is a refusal.
/// </summary>
public sealed class OrphanSafety(AssetDbContext db, InstallationMarks marks, TimeProvider time)
{
    /// <summary>The code of the refusal.</summary>
    public const string Unsafe = "reconcile_unsafe";

    /// <summary>Most orphans that are deleted, unless the operator allows another number.</summary>
    public const int Most = 1_000;

    /// <summary>Younger objects stay: a worker or a client may be about to need them.</summary>
    public static readonly TimeSpan LeastAge = TimeSpan.FromDays(2);

    // An older report describes another store.
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    /// <summary>The orphans of the run that are old enough.</summary>
    public IQueryable<Runs.Walks.RunFinding> Old(Guid run)
    {
        var before = time.GetUtcNow() - LeastAge;
        return db.RunFindings.AsNoTracking().Where(f => f.RunId == run && f.Kind == ReconcileCode.Orphan && f.ModifiedAt <= before);
    }

    /// <returns>A sentence for the operator; null if the orphans can be deleted.</returns>
    public async Task<string?> WhyNotAsync(Run report, int? maxDelete, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (report.Kind != RunKind.Reconcile || report.Deletes) return "Only a run of the kind reconcile has a list of orphans.";
        if (report.State != RunState.Completed) return $"The comparison is {report.State}, so its list of orphans is not complete. Start another one.";
        if (report.EndedAt <= now - Fresh) return "The comparison is more than a day old. Start another one.";
        var sums = (await RunCounts.ReadAsync(db, [report.Id], cancellationToken))[report.Id].ToList();
        if (RunTotals.Of(sums).Failed is > 0 and var failed) return $"The listing of the store failed {failed} times during the comparison. Start another one.";
        var found = sums.Where(s => s.Result == RunResult.Found).Sum(s => s.Count);
        if (found > report.Findings) return $"The comparison found {found} things, but only {report.Findings} are on its list. Find out why there are so many.";
        if (await WhyNotNowAsync(cancellationToken) is { } why) return why;

        var orphans = await Old(report.Id).CountAsync(cancellationToken);
        var listed = sums.Where(IsOfObject).Sum(s => (long)s.Count);
        var limit = maxDelete ?? Math.Min(Most, (int)Math.Min(Most, (listed + 99) / 100));
        if (orphans > limit)
            return $"{orphans} of {listed} objects are orphans of two days or more, and {limit} may be deleted at once{(maxDelete is null ? " (1 %, at most 1,000)" : "")}. Look at the list; if it is right, allow more with --max-delete {orphans}.";
        var areas = await Old(report.Id).Select(f => f.Area).Distinct().ToListAsync(cancellationToken);
        return await WhyNotOursAsync(areas, cancellationToken);
    }

    /// <summary>What can change while a run deletes; the same as a sentence.</summary>
    public async Task<string?> WhyNotNowAsync(CancellationToken cancellationToken)
    {
        var (ours, applied) = (db.Database.GetMigrations().ToList(), (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList());
        if (ours.Except(applied, StringComparer.Ordinal).Any() || applied.Except(ours, StringComparer.Ordinal).Any())
            return "The database has another version than this server, so the table may name objects that this server does not understand. Bring both to the same version.";
        if (!await db.Assets.AnyAsync(cancellationToken)) return "The table of assets is empty, so every object looks like an orphan. Restore the table.";
        var busy = await db.Runs.Where(r => r.Kind == RunKind.Rebuild && (r.State == RunState.Running || r.State == RunState.Paused))
            .Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancellationToken);
        return busy is null ? null : $"The rebuild {busy} is not over, and it makes rows. Wait for its end.";
    }

    /// <summary>Whether the marks of these areas have the id of this installation; the same as a sentence.</summary>
    public async Task<string?> WhyNotOursAsync(IEnumerable<string?> areas, CancellationToken cancellationToken)
    {
        foreach (var area in areas.Select(ReconcileArea.Named).OfType<ReconcileArea>())
        {
            switch (await marks.OwnerAsync(area, cancellationToken))
            {
                case AreaOwner.Other:
                    return $"The area {area.Name} belongs to another installation: its object {area.Mark} has another id than this database. Correct the settings of the store or of the database.";
                case AreaOwner.Unknown:
                    return $"The table knows less than half of the objects that a look at the area {area.Name} shows, so the area may belong to another installation. Correct the settings of the store or of the database, or restore the table.";
                case AreaOwner.NotMarked:
                    return $"The object {area.Mark}, which says that the area {area.Name} belongs to this installation, cannot be written. Give the key of the API the right to write it.";
                default:
                    continue;
            }
        }

        return null;
    }

    private static bool IsOfObject(RunSum sum) => sum switch
    {
        { Result: RunResult.Done, Code: ReconcileCode.Right } => true,
        { Result: RunResult.Skipped, Code: ReconcileCode.InWork } => true,
        { Result: RunResult.Found, Code: ReconcileCode.Orphan or ReconcileCode.OtherSize or ReconcileCode.OtherTag or ReconcileCode.Unreadable } => true,
        _ => false,
    };
}
