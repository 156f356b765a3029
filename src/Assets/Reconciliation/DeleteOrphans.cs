using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Reconciliation;

/// <summary>Starts a run that deletes the orphans which a comparison has found, if nothing speaks against it.</summary>
public sealed class DeleteOrphans(AssetDbContext db, OrphanSafety safety, StartRun start, TimeProvider time)
{
    public async Task<RunChange> RunAsync(Guid id, int? maxDelete, string reason, Caller caller, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.TenantId == caller.TenantId && r.Id == id, cancellationToken) is not { } report) return new RunChange.NotFound();
        if (!caller.Has(Role.Admin)) return new RunChange.AdminOnly();
        if (await start.ActiveAsync(RunKind.Reconcile, caller, cancellationToken) is { } active) return new RunChange.Active(active);
        if (await safety.WhyNotAsync(report, maxDelete, cancellationToken) is { } why) return new RunChange.Refused(OrphanSafety.Unsafe, why);
        var (now, orphans) = (time.GetUtcNow(), await safety.Old(id).CountAsync(cancellationToken));
        var run = new Run
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.TenantId,
            Kind = RunKind.Reconcile,
            Source = id,
            Deletes = true,
            Settings = new ReconcileSettings(Delete: true, maxDelete).ToJson(),
            State = RunState.Running,
            ActiveKind = RunKind.Reconcile,
            Filter = new RunFilter { All = true }.ToJson(),
            Plan = RunPlan.Plain(orphans, isEstimate: true).ToJson(),
            Pace = new RunPace().ToJson(),
            LastId = Guid.Empty,
            Planned = orphans,
            PlannedBy = caller.UserId,
            AppliedBy = caller.UserId,
            Reason = reason,
            IsProven = true,
            CreatedAt = now,
            AppliedAt = now,
            ExpiresAt = now,
        };
        return await start.RunAsync(run, report.State, new AuditEntry("run.delete-orphans", id.ToString(), run.Settings, reason), caller, cancellationToken);
    }
}
