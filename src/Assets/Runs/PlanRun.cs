using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs.Walks;

namespace Pipeline.Assets.Runs;

/// <summary>Counts the assets of a run and what it would cost, and stores the plan. It changes no asset and no object.</summary>
public sealed class PlanRun(AssetDbContext db, RunForecast forecast, AuditLog audit, IOptions<RunsOptions> options, TimeProvider time, RunWalks? walks = null)
{
    /// <summary>The plan without a run.</summary>
    public async Task<RunPlan> ForecastAsync(RunRequest request, Caller caller, CancellationToken cancellationToken) =>
        (await ForecastAsync(request, caller, await LastAsync(caller, cancellationToken), cancellationToken)).Plan;

    /// <summary>Stores a checked request as a plan.</summary>
    public async Task<Run> RunAsync(RunRequest request, Caller caller, CancellationToken cancellationToken)
    {
        // The bound comes first: an upload that arrives during the count is not in the plan.
        var last = await LastAsync(caller, cancellationToken);
        var (plan, now) = await ForecastAsync(request, caller, last, cancellationToken);
        var run = new Run
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.TenantId,
            Kind = request.Kind,
            State = RunState.Planned,
            Filter = request.Filter.ToJson(),
            Plan = plan.ToJson(),
            Pace = request.Pace.On(new RunPace()).ToJson(),
            LastId = last,
            Planned = plan.Assets,
            KeepHours = request.KeepHours ?? options.Value.KeepReplacedHours,
            PlannedBy = caller.UserId,
            Reason = request.Reason,
            Settings = request.Settings,
            Deletes = request.Deletes,

            // A walk has no first assets that could fail.
            IsProven = RunKind.IsWalk(request.Kind),
            CreatedAt = now,
            ExpiresAt = now.AddHours(options.Value.PlanHours),
        };
        db.ChangeTracker.Clear();
        db.Runs.Add(run);
        audit.Add(caller, new AuditEntry("run.plan", run.Id.ToString(), request.Filter.ToAuditJson(), request.Reason));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return run;
    }

    /// <summary>Forgets a plan that was only the way to a run. The audit keeps its line.</summary>
    public Task ForgetAsync(Run run, CancellationToken cancellationToken) =>
        db.Runs.Where(r => r.Id == run.Id && r.State == RunState.Planned).ExecuteDeleteAsync(cancellationToken);

    private async Task<(RunPlan Plan, DateTimeOffset Now)> ForecastAsync(RunRequest request, Caller caller, Guid last, CancellationToken cancellationToken)
    {
        if (walks?.Of(request.Kind) is { } walk) return (await walk.PlanAsync(request, cancellationToken), time.GetUtcNow());
        var matching = RunQuery.Matching(db, caller.TenantId, request.Filter).Where(a => a.Id.CompareTo(last) <= 0);
        return (await forecast.OfAsync(request, matching, cancellationToken), time.GetUtcNow());
    }

    private async Task<Guid> LastAsync(Caller caller, CancellationToken cancellationToken) =>
        await db.Assets.Where(a => a.TenantId == caller.TenantId).OrderByDescending(a => a.Id).Select(a => a.Id).FirstOrDefaultAsync(cancellationToken);
}
