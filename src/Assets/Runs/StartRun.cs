using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Runs;

/// <summary>Starts a run that nobody has to apply: it follows from another run or from new signatures. Only one run of its kind goes on in a tenant.</summary>
public sealed class StartRun(AssetDbContext db, AuditLog audit, SweepSignal<RunFeeder> feeder)
{
    /// <summary>The run of this kind that is running or paused; null if there is none.</summary>
    public async Task<Guid?> ActiveAsync(string kind, Caller caller, CancellationToken cancellationToken) =>
        await db.Runs.Where(r => r.TenantId == caller.TenantId && r.ActiveKind == kind).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancellationToken);

    /// <param name="run">The run, in its state at the start.</param>
    /// <param name="otherwise">The state to tell if another run of the kind was faster, and has ended since.</param>
    /// <param name="entry">Its line in the audit.</param>
    /// <param name="caller">Starts it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<RunChange> RunAsync(Run run, string otherwise, AuditEntry entry, Caller caller, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        db.Runs.Add(run);
        audit.Add(caller, entry);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is DbException fault && db.IsDuplicate(fault))
        {
            // Another operator or instance started one at the same moment.
            db.ChangeTracker.Clear();
            return await ActiveAsync(run.Kind, caller, cancellationToken) is { } first ? new RunChange.Active(first) : new RunChange.WrongState(otherwise);
        }

        feeder.Raise();
        return new RunChange.Done(run);
    }
}
