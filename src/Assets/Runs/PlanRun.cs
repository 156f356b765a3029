using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs.Walks;

namespace Pipeline.Assets.Runs;

/// <summary>Counts the assets of a run and what it would cost, and stores the plan. It changes no asset and no object.</summary>
public sealed class PlanRun(AssetDbContext db, RunForecast forecast, AuditLog audit, IOptions<RunsOptions> options, TimeProvider time, RunWalks? walks = null, IdempotentRequest? idempotent = null)
{
    /// <summary>The plan without a run.</summary>
    public async Task<RunPlan> ForecastAsync(RunRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        request = await ChooseAsync(id, request, cancellationToken);
        try
        {
            return (await ForecastAsync(id, request, caller, await LastAsync(caller, cancellationToken), cancellationToken)).Plan;
        }
        finally
        {
            if (request.Filter.IdCount is not null) await db.RunChoices.Where(c => c.RunId == id).ExecuteDeleteAsync(CancellationToken.None);
        }
    }

    /// <summary>Stores a checked request as a plan.</summary>
    public async Task<Run> RunAsync(RunRequest request, Caller caller, CancellationToken cancellationToken)
    {
        // The bound comes first: an upload that arrives during the count is not in the plan.
        var last = await LastAsync(caller, cancellationToken);
        var (id, filter) = (Guid.CreateVersion7(time.GetUtcNow()), request.Filter.ToAuditJson());
        request = await ChooseAsync(id, request, cancellationToken);
        var (plan, now) = await ForecastAsync(id, request, caller, last, cancellationToken);
        if (RunQuery.IsOfFailures(request.Kind, request.Filter)) (request, plan) = await FixAsync(id, request, plan, caller, last, now, cancellationToken);
        var run = new Run
        {
            Id = id,
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
        await using var transaction = idempotent is null ? await db.Database.BeginTransactionAsync(cancellationToken) : await idempotent.BeginAsync(cancellationToken);
        db.Runs.Add(run);
        audit.Add(caller, new AuditEntry("run.plan", run.Id.ToString(), filter, request.Reason));
        idempotent?.Record(run.Id);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return run;
    }

    /// <summary>Forgets a plan that was only the way to a run. The audit keeps its line.</summary>
    public async Task ForgetAsync(Run run, CancellationToken cancellationToken)
    {
        if (await db.Runs.Where(r => r.Id == run.Id && r.State == RunState.Planned).ExecuteDeleteAsync(cancellationToken) == 1)
            await db.RunChoices.Where(c => c.RunId == run.Id).ExecuteDeleteAsync(cancellationToken);
        if (idempotent is not null) await idempotent.ForgetAsync(cancellationToken);
    }

    // Many ids would make the row of the run large, which each step and each list of runs reads. What a crash leaves here, the upkeep deletes.
    private async Task<RunRequest> ChooseAsync(Guid run, RunRequest request, CancellationToken cancellationToken)
    {
        if (request.Filter.Ids?.Distinct().ToList() is not { Count: > RunFilter.MostInline } ids) return request;
        await db.AddChoicesAsync(run, ids, cancellationToken);
        return request with { Filter = request.Filter with { Ids = null, IdCount = ids.Count, Version = RunFilter.WithChoices } };
    }

    // An asset that fails after the plan matches the filter, too, so the run names its assets. An operator has confirmed the number of those only.
    private async Task<(RunRequest Request, RunPlan Plan)> FixAsync(
        Guid run, RunRequest request, RunPlan plan, Caller caller, Guid last, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var chosen = db.RunChoices.Where(c => c.RunId == run);
        var matching = RunQuery.Of(request.Kind, RunQuery.Matching(db, caller.TenantId, request.Filter, chosen));
        var ids = await RunQuery.Unchanged(matching, now).Where(a => a.Id.CompareTo(last) <= 0).Select(a => a.Id).ToListAsync(cancellationToken);
        if (request.Filter.IdCount is not null) await chosen.ExecuteDeleteAsync(cancellationToken);
        await db.AddChoicesAsync(run, ids, cancellationToken);
        var filter = request.Filter with { Ids = null, IdCount = ids.Count, Version = RunFilter.WithChoices };
        return (request with { Filter = filter }, plan with { Assets = ids.Count, IsEstimate = false });
    }

    private async Task<(RunPlan Plan, DateTimeOffset Now)> ForecastAsync(Guid run, RunRequest request, Caller caller, Guid last, CancellationToken cancellationToken)
    {
        if (walks?.Of(request.Kind) is { } walk) return (await walk.PlanAsync(request, cancellationToken), time.GetUtcNow());
        var matching = RunQuery.Matching(db, caller.TenantId, request.Filter, db.RunChoices.Where(c => c.RunId == run)).Where(a => a.Id.CompareTo(last) <= 0);
        return (await forecast.OfAsync(request, matching, cancellationToken), time.GetUtcNow());
    }

    private async Task<Guid> LastAsync(Caller caller, CancellationToken cancellationToken) =>
        await db.Assets.Where(a => a.TenantId == caller.TenantId).OrderByDescending(a => a.Id).Select(a => a.Id).FirstOrDefaultAsync(cancellationToken);
}
