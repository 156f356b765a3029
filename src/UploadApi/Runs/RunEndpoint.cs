using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Assets;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;

namespace Pipeline.UploadApi.Runs;

/// <summary>The routes by which operators plan and steer runs.</summary>
internal sealed class RunEndpoint(RunRequestCheck check, StoreWideRuns storeWide, PlanRun plan, ChangeRun change, RollBackRun rollBack, RunReader reader, MoveRequestCheck moves)
{
    /// <summary>Stores a plan.</summary>
    public async Task<IResult> PlanAsync(PlanRunRequest body, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var request = new RunRequest(body.Kind ?? "", (body.Filter ?? None).ToFilter(), (body.Pace ?? Default).ToChange(), body.Reason, body.KeepHours, SettingsOf(body), body.DeleteExtra == true);
        if (moves.Errors(body) is { Count: > 0 } wrong) return Problem.Invalid(wrong).ToResult();
        if (await RefusalAsync(request, cancellationToken) is { } refused) return refused.ToResult();
        if (RunKind.IsWalk(request.Kind) && !await storeWide.AreAllowedAsync(user.ToCaller(), cancellationToken)) return RunProblem.OtherTenants().ToResult();
        var run = await plan.RunAsync(request, user.ToCaller(), cancellationToken);
        return Results.Created($"/api/admin/runs/{run.Id}", await reader.ViewAsync(run, cancellationToken));
    }

    /// <summary>Plans and applies at once, or only plans without storing it.</summary>
    public async Task<IResult> ReprocessAsync(ReprocessRunRequest body, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var (caller, request) = (user.ToCaller(), new RunRequest(RunKind.Reprocess, (body.Filter ?? None).ToFilter(), (body.Pace ?? Default).ToChange(), body.Reason, body.KeepHours));
        if (await RefusalAsync(request, cancellationToken) is { } refused) return refused.ToResult();
        if (body.DryRun == true) return Results.Ok(new DryRunResponse(RunPlanView.Of(await plan.ForecastAsync(request, caller, cancellationToken))));
        var run = await plan.RunAsync(request, caller, cancellationToken);
        var applied = await change.ApplyAsync(run.Id, caller, cancellationToken);
        if (applied is not RunChange.Done) await plan.ForgetAsync(run, cancellationToken);
        return await AnswerAsync(applied, started => Results.Accepted($"/api/reprocess-runs/{started.Id}", started), cancellationToken);
    }

    /// <summary>The same plan as it is now.</summary>
    public async Task<IResult> RepeatPlanAsync(RepeatedRequest repeat) =>
        await reader.FindAsync(repeat.Record.ResourceId, repeat.Caller, repeat.Aborted) is { } run
            ? Results.Created($"/api/admin/runs/{run.Id}", await reader.ViewAsync(run, repeat.Aborted))
            : Problem.NotFound().ToResult();

    /// <summary>The same run as it is now. One whose server stopped between its plan and its start is started.</summary>
    public async Task<IResult> RepeatReprocessAsync(RepeatedRequest repeat)
    {
        if (await reader.FindAsync(repeat.Record.ResourceId, repeat.Caller, repeat.Aborted) is not { } run) return Problem.NotFound().ToResult();
        var now = run.State == RunState.Planned ? await change.ApplyAsync(run.Id, repeat.Caller, repeat.Aborted) : new RunChange.Done(run);
        return await AnswerAsync(now, started => Results.Accepted($"/api/reprocess-runs/{started.Id}", started), repeat.Aborted);
    }

    public async Task<IResult> ApplyAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await AnswerAsync(await change.ApplyAsync(id, user.ToCaller(), cancellationToken), run => Results.Accepted($"/api/admin/runs/{run.Id}", run), cancellationToken);

    public Task<IResult> PauseAsync(Guid id, RunReasonRequest? body, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        SteerAsync(body?.Reason, reason => change.PauseAsync(id, reason, user.ToCaller(), cancellationToken), cancellationToken);

    public Task<IResult> ResumeAsync(Guid id, RunReasonRequest? body, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        SteerAsync(body?.Reason, reason => change.ResumeAsync(id, reason, user.ToCaller(), cancellationToken), cancellationToken);

    public Task<IResult> CancelAsync(Guid id, RunReasonRequest? body, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        SteerAsync(body?.Reason, reason => change.CancelAsync(id, reason, user.ToCaller(), cancellationToken), cancellationToken);

    public async Task<IResult> RollBackAsync(Guid id, RunReasonRequest? body, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        RunRequestCheck.ReasonError(body?.Reason) is { } wrong
            ? Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["reason"] = [wrong] }).ToResult()
            : await AnswerAsync(
                await rollBack.RunAsync(id, body?.Reason, user.ToCaller(), cancellationToken), run => Results.Accepted($"/api/admin/runs/{run.Id}", run), cancellationToken);

    public async Task<IResult> PaceAsync(Guid id, ChangeRunRequest body, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var pace = (body.Pace ?? Default).ToChange();
        var errors = pace.Errors().ToDictionary(e => e.Field, e => new[] { e.Error }, StringComparer.Ordinal);
        if (pace.IsEmpty) errors["pace"] = ["needs at least one field"];
        if (RunRequestCheck.ReasonError(body.Reason) is { } wrong) errors["reason"] = [wrong];
        return errors.Count > 0
            ? Problem.Invalid(errors).ToResult()
            : await AnswerAsync(await change.PaceAsync(id, pace, body.Reason, user.ToCaller(), cancellationToken), Results.Ok, cancellationToken);
    }

    private static string? SettingsOf(PlanRunRequest body) => body.Kind switch
    {
        RunKind.Reconcile => new ReconcileSettings(Listing: body.Listing == true).ToJson(),
        RunKind.Migrate => MoveRequestCheck.SettingsOf(body),
        _ => null,
    };

    private static RunFilterRequest None { get; } = new(null, null, null, null, null, null, null, null, null, null);

    private static RunPaceRequest Default { get; } = new(null, null, null, null, null);

    private async Task<ProblemDetails?> RefusalAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var errors = await check.ErrorsAsync(request, cancellationToken);
        if (errors.Count > 0) return Problem.Invalid(errors);
        return request.Filter.HasCondition || request.Filter.All == true || RunKind.IsWalk(request.Kind) ? null : RunProblem.FilterRequired();
    }

    private async Task<IResult> SteerAsync(string? reason, Func<string?, Task<RunChange>> steer, CancellationToken cancellationToken) =>
        RunRequestCheck.ReasonError(reason) is { } wrong
            ? Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["reason"] = [wrong] }).ToResult()
            : await AnswerAsync(await steer(reason), Results.Ok, cancellationToken);

    private async Task<IResult> AnswerAsync(RunChange changed, Func<RunView, IResult> done, CancellationToken cancellationToken) => changed switch
    {
        RunChange.Done(var run) => done(await reader.ViewAsync(run, cancellationToken)),
        _ => RunProblem.Of(changed).ToResult(),
    };
}
