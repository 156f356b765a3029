using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Assets;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Jobs;

/// <param name="Items">All jobs by name.</param>
public sealed record JobList(IReadOnlyList<JobView> Items);

/// <param name="Name">The name.</param>
/// <param name="Kind">timed: each instance by its own timer; calendar: one instance at a time.</param>
/// <param name="State">idle, running, paused or late.</param>
/// <param name="IntervalSeconds">How often it runs.</param>
/// <param name="LastStartedAt">Begin of the last run in any instance; left out before the first.</param>
/// <param name="LastEndedAt">Its end.</param>
/// <param name="LastResult">ok or failed.</param>
/// <param name="LastFault">The type of the exception that ended it.</param>
/// <param name="LastRows">Rows or objects that it changed.</param>
/// <param name="LastMilliseconds">How long it took.</param>
/// <param name="Instance">The process that ran it.</param>
/// <param name="NextAt">When it runs next; left out while it is paused.</param>
/// <param name="PausedAt">When it was paused.</param>
/// <param name="PausedBy">The user who paused it.</param>
public sealed record JobView(
    string Name, string Kind, string State, long IntervalSeconds, DateTimeOffset? LastStartedAt, DateTimeOffset? LastEndedAt, string? LastResult, string? LastFault,
    long? LastRows, long? LastMilliseconds, string? Instance, DateTimeOffset? NextAt, DateTimeOffset? PausedAt, string? PausedBy);

/// <param name="Reason">Why; it stands in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JobChangeRequest(string? Reason);

/// <summary>Shows the jobs, and runs, pauses and resumes one.</summary>
internal sealed class JobsEndpoint(JobControl jobs, StoreWideRuns storeWide)
{
    /// <summary>Jobs are of the installation. Who paused one is a user of another tenant, unless the caller may pause it, too.</summary>
    public async Task<IResult> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var isOwn = await storeWide.AreAllowedAsync(user.ToCaller(), cancellationToken);
        return Results.Ok(new JobList([.. (await jobs.ListAsync(cancellationToken)).Select(View).Select(job => isOwn ? job : job with { PausedBy = null })]));
    }

    public async Task<IResult> RunAsync(string name, JobChangeRequest? body, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await ChangeAsync(name, body, user, async (job, reason) => await jobs.RunAsync(job, user.ToCaller(), reason, cancellationToken) ? null : OperatorProblem.JobPaused(job.Name), cancellationToken);

    public async Task<IResult> PauseAsync(string name, JobChangeRequest? body, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await ChangeAsync(
            name,
            body,
            user,
            async (job, reason) =>
            {
                await jobs.PauseAsync(job, user.ToCaller(), reason, cancellationToken);
                return null;
            },
            cancellationToken);

    public async Task<IResult> ResumeAsync(string name, JobChangeRequest? body, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await ChangeAsync(
            name,
            body,
            user,
            async (job, reason) =>
            {
                await jobs.ResumeAsync(job, user.ToCaller(), reason, cancellationToken);
                return null;
            },
            cancellationToken);

    private async Task<IResult> ChangeAsync(
        string name, JobChangeRequest? body, ClaimsPrincipal user, Func<Job, string?, Task<ProblemDetails?>> change, CancellationToken cancellationToken)
    {
        if (jobs.Find(name) is not { } job) return OperatorProblem.UnknownJob(jobs.Names).ToResult();
        if (OperatorReason.Fault(body?.Reason) is { } fault) return fault.ToResult();
        if (!await storeWide.AreAllowedAsync(user.ToCaller(), cancellationToken)) return OperatorProblem.OtherTenants("A job").ToResult();
        if (await change(job, OperatorReason.Of(body?.Reason)) is { } problem) return problem.ToResult();
        var state = (await jobs.ListAsync(cancellationToken)).Single(one => one.Job.Name == job.Name);
        return Results.Json(View(state), statusCode: StatusCodes.Status202Accepted);
    }

    private static JobView View(JobState state)
    {
        var (job, last) = (state.Job, state.Last);
        return new JobView(
            job.Name,
            job.Kind == JobKind.Timed ? "timed" : "calendar",
            state.PausedAt is not null ? "paused" : state.IsRunning ? "running" : state.IsLate ? "late" : "idle",
            (long)job.Interval.TotalSeconds,
            last?.StartedAt,
            last?.EndedAt,
            last is null ? null : last.Fault is null ? "ok" : "failed",
            last?.Fault,
            last?.Rows,
            last is null ? null : (long)(last.EndedAt - last.StartedAt).TotalMilliseconds,
            state.Instance,
            state.NextAt,
            state.PausedAt,
            state.PausedBy);
    }
}
