using Microsoft.AspNetCore.Mvc;

namespace Pipeline.UploadApi.Http;

/// <summary>The errors of the operators' routes, as <see cref="Problem"/> has those of the others.</summary>
internal static class OperatorProblem
{
    public static ProblemDetails UnknownJob(IReadOnlyList<string> jobs) =>
        Problem.Make(404, "unknown_job", $"There is no job of this name. The jobs are {string.Join(", ", jobs)}.", ("jobs", jobs));

    public static ProblemDetails UnknownQueue() =>
        Problem.Make(404, "unknown_queue", "There is no queue of dead letters with this name. List them with pipeline queues or GET /api/admin/queues; their names end in _error or _skipped.");

    /// <param name="subject">As in "A job".</param>
    public static ProblemDetails OtherTenants(string subject) => Problem.Make(
        403, "forbidden", $"{subject} works for all tenants, and the store has files of others, so this is for operators of the tenant 'default'.");

    public static ProblemDetails QueueNotReadable() => Problem.Make(
        409, "queue_not_readable", "The API's user at RabbitMQ may not read this queue. Give it the rights of deploy/rabbitmq-definitions.json: rabbitmqctl import_definitions FILE. Assets whose requests are in it are also tried again after Dispatch:SilenceSeconds.");

    public static ProblemDetails JobPaused(string name) =>
        Problem.Make(409, "job_paused", $"The job {name} is paused, so it does not run. Resume it first: it runs at once then.");
}
