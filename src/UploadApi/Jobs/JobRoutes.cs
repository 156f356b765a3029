using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Http.Roles;

namespace Pipeline.UploadApi.Jobs;

/// <summary>The routes of the jobs.</summary>
internal static class JobRoutes
{
    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/api/admin/jobs").WithTags("Operators");
        jobs.MapGet("/", (ClaimsPrincipal user, [FromServices] JobsEndpoint endpoint, CancellationToken ct) => endpoint.ListAsync(user, ct))
            .RequireRole(Role.Viewer)
            .WithName("listJobs").WithSummary("List the jobs, each with its last run in any instance.").Produces<JobList>();
        jobs.MapPost("/{name}/run", (string name, JobChangeRequest? body, ClaimsPrincipal user, [FromServices] JobsEndpoint endpoint, CancellationToken ct) =>
                endpoint.RunAsync(name, body, user, ct))
            .RequireRole(Role.Operator).Audited("job.run")
            .WithName("runJob").WithSummary("Run a job now, in the instance that gets the request.").Produces<JobView>(202).Refuses("forbidden", "unknown_job", "job_paused");
        jobs.MapPost("/{name}/pause", (string name, JobChangeRequest? body, ClaimsPrincipal user, [FromServices] JobsEndpoint endpoint, CancellationToken ct) =>
                endpoint.PauseAsync(name, body, user, ct))
            .RequireRole(Role.Operator).Audited("job.pause")
            .WithName("pauseJob").WithSummary("Let no instance begin a run of a job until it is resumed. Can be repeated.").Produces<JobView>(202).Refuses("forbidden", "unknown_job");
        jobs.MapPost("/{name}/resume", (string name, JobChangeRequest? body, ClaimsPrincipal user, [FromServices] JobsEndpoint endpoint, CancellationToken ct) =>
                endpoint.ResumeAsync(name, body, user, ct))
            .RequireRole(Role.Operator).Audited("job.resume")
            .WithName("resumeJob").WithSummary("Let all instances run a job again. Can be repeated.").Produces<JobView>(202).Refuses("forbidden", "unknown_job");
    }
}
