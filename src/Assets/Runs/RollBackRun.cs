using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Runs;

/// <summary>
/// Starts a run that shows again what another run has replaced. Assets that show another revision by now are left as they are. Nothing is rendered:
/// the objects were kept.
/// </summary>
public sealed class RollBackRun(AssetDbContext db, StartRun start, TimeProvider time)
{
    public async Task<RunChange> RunAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.TenantId == caller.TenantId && r.Id == id, cancellationToken) is not { } source) return new RunChange.NotFound();
        if (!RunKind.Replaces(source.Kind) || source.AppliedAt is null || source.EndedAt is null) return new RunChange.WrongState(source.State);
        var now = time.GetUtcNow();
        if (source.ReplacedUntil is not { } until || until <= now) return new RunChange.RollbackExpired();
        if (await start.ActiveAsync(RunKind.Rollback, caller, cancellationToken) is { } active) return new RunChange.Active(active);
        var assets = await db.ReplacedPublications.CountAsync(r => r.RunId == id, cancellationToken) + await RunCounts.InFlightAsync(db, id, cancellationToken);
        var run = new Run
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.TenantId,
            Kind = RunKind.Rollback,
            Source = source.Id,
            State = RunState.Running,
            ActiveKind = RunKind.Rollback,
            Filter = new RunFilter { All = true }.ToJson(),
            Plan = RunPlan.OfRollback(assets).ToJson(),
            Pace = new RunPace().ToJson(),
            LastId = source.LastId,
            Planned = assets,
            PlannedBy = caller.UserId,
            AppliedBy = caller.UserId,
            Reason = reason,

            // Showing again what was shown before proves itself.
            IsProven = true,
            CreatedAt = now,
            AppliedAt = now,
            ExpiresAt = now,
        };
        return await start.RunAsync(run, source.State, new AuditEntry("run.rollback", source.Id.ToString(), Reason: reason), caller, cancellationToken);
    }
}
