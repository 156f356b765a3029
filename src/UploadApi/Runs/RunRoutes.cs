using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Http.Roles;

namespace Pipeline.UploadApi.Runs;

/// <summary>The routes of runs.</summary>
internal static class RunRoutes
{
    // The most ids of a filter, with quotes, commas and some space.
    private const long MaxPlanBytes = (RunFilter.MaxIds * 42L) + (256 * 1024);

    private static readonly string[] Steering = ["not_found", "run_state"];

    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/admin/runs").WithTags("Operators");
        runs.MapGet("/", (ClaimsPrincipal user, string? cursor, WholeNumber? limit, [FromServices] RunReads reads, CancellationToken ct) => reads.ListAsync(user, cursor, limit?.Value, ct))
            .RequireRole(Role.Viewer).WithName("listRuns").WithSummary("List the runs of your tenant, the newest first.").Produces<RunPage>();
        runs.MapPost("/", (PlanRunRequest body, ClaimsPrincipal user, [FromServices] RunEndpoint endpoint, CancellationToken ct) => endpoint.PlanAsync(body, user, ct))
            .RequireRole(Role.Operator).Audited("run.plan").AcceptsIdempotencyKey(repeat => repeat.Service<RunEndpoint>().RepeatPlanAsync(repeat))
            .WithName("planRun").WithSummary("Count what a run would do, and store the plan. It changes no asset.")
            .Produces<RunView>(201).Refuses("filter_required", "forbidden").WithMetadata(new RequestSizeLimitAttribute(MaxPlanBytes));
        runs.MapGet("/{runId}", (Guid runId, ClaimsPrincipal user, [FromServices] RunReads reads, CancellationToken ct) => reads.OneAsync(runId, user, ct))
            .RequireRole(Role.Viewer).WithName("getRun").WithSummary("Get a run with its plan and its progress.").Produces<RunView>().Refuses("not_found");
        runs.MapPatch("/{runId}", (Guid runId, ChangeRunRequest body, ClaimsPrincipal user, [FromServices] RunEndpoint endpoint, CancellationToken ct) => endpoint.PaceAsync(runId, body, user, ct))
            .RequireRole(Role.Operator).Audited("run.pace").WithName("changeRun").WithSummary("Change the pace of a run.").Produces<RunView>().Refuses(Steering);
        runs.MapGet("/{runId}/items", (Guid runId, ClaimsPrincipal user, string? outcome, string? cursor, WholeNumber? limit, [FromServices] RunReads reads, CancellationToken ct) =>
                reads.ItemsAsync(runId, user, outcome, cursor, limit?.Value, ct))
            .RequireRole(Role.Viewer).WithName("listRunItems").WithSummary("List the assets of a run that failed, or that are in work.").Produces<RunItemPage>().Refuses("not_found");
        runs.MapPost("/{runId}/apply", (Guid runId, ClaimsPrincipal user, [FromServices] RunEndpoint endpoint, CancellationToken ct) => endpoint.ApplyAsync(runId, user, ct))
            .RequireRole(Role.Operator).Audited("run.apply").WithName("applyRun").WithSummary("Start a planned run, once. A run that deletes needs the role admin.")
            .Produces<RunView>(202).Refuses("not_found", "run_state", "plan_used", "plan_expired", "plan_stale", "run_active", "manifests_unsigned", "migrate_not_ready");
        runs.MapPost("/{runId}/rollback", (Guid runId, RunReasonRequest? body, ClaimsPrincipal user, [FromServices] RunEndpoint endpoint, CancellationToken ct) => endpoint.RollBackAsync(runId, body, user, ct))
            .RequireRole(Role.Operator).Audited("run.rollback").WithName("rollBackRun").WithSummary("Start a run that shows again what an ended run has replaced.")
            .Produces<RunView>(202).Refuses("not_found", "run_state", "run_active", "rollback_expired");
        runs.MapGet("/{runId}/findings", (Guid runId, ClaimsPrincipal user, string? kind, string? cursor, WholeNumber? limit, [FromServices] RunReads reads, CancellationToken ct) =>
                reads.FindingsAsync(runId, user, kind, cursor, limit?.Value, ct))
            .RequireRole(Role.Viewer).WithName("listRunFindings").WithSummary("List what a run has found in the store and in the table.").Produces<RunFindingPage>().Refuses("not_found");
        runs.MapPost("/{runId}/delete-orphans", (Guid runId, DeleteOrphansRequest body, ClaimsPrincipal user, [FromServices] ReconcileEndpoint endpoint, CancellationToken ct) => endpoint.DeleteAsync(runId, body, user, ct))
            .RequireRole(Role.Admin).Audited("run.delete-orphans").WithName("deleteOrphans").WithSummary("Start a run that deletes the orphans which a reconcile has found.")
            .Produces<RunView>(202).Refuses("not_found", "run_state", "run_active", "reconcile_unsafe");
        runs.MapPost("/{runId}/listing", (Guid runId, ListingPartRequest body, ClaimsPrincipal user, [FromServices] ReconcileEndpoint endpoint, CancellationToken ct) => endpoint.ListAsync(runId, body, user, ct))
            .RequireRole(Role.Operator).WithName("sendListing").WithSummary("Send the next objects of a listing to a planned reconcile.").Produces<ListingPartResponse>().Refuses("not_found", "run_state");
        MapSteering(runs, "Run");

        app.MapGroup("/api/admin/failed").RequireRole(Role.Viewer).WithTags("Operators")
            .MapGet("/", (ClaimsPrincipal user, [FromServices] RunReads reads, CancellationToken ct) => reads.FailedAsync(user, ct))
            .WithName("listFailed").WithSummary("List the failed assets of your tenant by code, with what to do.").Produces<FailedList>();

        var reprocess = app.MapGroup("/api/reprocess-runs").WithTags("Operators");
        reprocess.MapPost("/", (ReprocessRunRequest body, ClaimsPrincipal user, [FromServices] RunEndpoint endpoint, CancellationToken ct) => endpoint.ReprocessAsync(body, user, ct))
            .RequireRole(Role.Operator).Audited("run.apply").AcceptsIdempotencyKey(repeat => repeat.Service<RunEndpoint>().RepeatReprocessAsync(repeat))
            .WithName("reprocessRun").WithSummary("Make the variants of many assets again, or with dryRun only plan it.")
            .Produces<DryRunResponse>().Produces<RunView>(202).Refuses("filter_required", "plan_stale", "run_active", "plan_used", "plan_expired", "run_state", "not_found").WithMetadata(new RequestSizeLimitAttribute(MaxPlanBytes));
        reprocess.MapGet("/{runId}", (Guid runId, ClaimsPrincipal user, [FromServices] RunReads reads, CancellationToken ct) => reads.OneAsync(runId, user, ct))
            .RequireRole(Role.Viewer).WithName("getReprocessRun").WithSummary("Get a run with its plan and its progress.").Produces<RunView>().Refuses("not_found");
        MapSteering(reprocess, "ReprocessRun");
    }

    private static void MapSteering(RouteGroupBuilder runs, string name)
    {
        runs.MapPost("/{runId}/pause", (Guid runId, RunReasonRequest? body, ClaimsPrincipal user, [FromServices] RunEndpoint endpoint, CancellationToken ct) => endpoint.PauseAsync(runId, body, user, ct))
            .RequireRole(Role.Operator).Audited("run.pause").WithName($"pause{name}").WithSummary("Start no more assets. Those in work end.").Produces<RunView>().Refuses(Steering);
        runs.MapPost("/{runId}/resume", (Guid runId, RunReasonRequest? body, ClaimsPrincipal user, [FromServices] RunEndpoint endpoint, CancellationToken ct) => endpoint.ResumeAsync(runId, body, user, ct))
            .RequireRole(Role.Operator).Audited("run.resume").WithName($"resume{name}").WithSummary("Go on with a paused run.").Produces<RunView>().Refuses(Steering);
        runs.MapPost("/{runId}/cancel", (Guid runId, RunReasonRequest? body, ClaimsPrincipal user, [FromServices] RunEndpoint endpoint, CancellationToken ct) => endpoint.CancelAsync(runId, body, user, ct))
            .RequireRole(Role.Operator).Audited("run.cancel").WithName($"cancel{name}").WithSummary("End a run for good. Those in work end.").Produces<RunView>().Refuses(Steering);
    }
}
