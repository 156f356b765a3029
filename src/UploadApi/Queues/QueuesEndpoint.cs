using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Queues;
using Pipeline.Assets.Runs.Walks;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Queues;

/// <param name="Items">The queues, those of dead letters last.</param>
public sealed record QueueList(IReadOnlyList<QueueView> Items);

/// <param name="Name">The name.</param>
/// <param name="Depth">Messages that wait in it.</param>
/// <param name="Consumers">Its readers.</param>
/// <param name="Unacknowledged">Requests that workers have, by the table; left out for queues that are not of requests.</param>
/// <param name="DueRows">Assets whose requests are not published yet; left out for other queues.</param>
/// <param name="OldestSince">Since when the oldest request waits; left out if none does.</param>
/// <param name="OldestSeconds">The same in seconds.</param>
/// <param name="DeadLetters">true for a queue of messages that failed or that nobody knows.</param>
public sealed record QueueView(
    string Name, long Depth, long Consumers, long? Unacknowledged, long? DueRows, DateTimeOffset? OldestSince, long? OldestSeconds, bool DeadLetters);

/// <param name="Limit">Most letters; 100 if it is left out.</param>
/// <param name="Reason">Why; it stands in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReturnRequest(int? Limit, string? Reason);

/// <summary>Shows the queues, and gives dead letters back to their assets.</summary>
internal sealed class QueuesEndpoint(QueueReport report, ReturnLetters letters, StoreWideRuns storeWide, TimeProvider time)
{
    private const int DefaultLimit = 100;

    public async Task<IResult> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Results.Ok(new QueueList(
        [
            .. (await report.ReadAsync(cancellationToken)).Select(line => new QueueView(
                line.State.Name, line.State.Depth, line.State.Consumers, line.Unacknowledged, line.DueRows, line.OldestSince,
                line.OldestSince is { } since ? Math.Max(0, (long)(now - since).TotalSeconds) : null, line.State.IsDeadLetters)),
        ]));
    }

    public async Task<IResult> ReturnAsync(string name, ReturnRequest? body, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (body?.Limit is < 1 or > ReturnLetters.Most)
            return Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["limit"] = [$"must be 1 to {ReturnLetters.Most}"] }).ToResult();
        if (OperatorReason.Fault(body?.Reason) is { } fault) return fault.ToResult();
        if (!await storeWide.AreAllowedAsync(user.ToCaller(), cancellationToken)) return OperatorProblem.OtherTenants("A queue").ToResult();
        try
        {
            return await letters.RunAsync(name, body?.Limit ?? DefaultLimit, user.ToCaller(), OperatorReason.Of(body?.Reason), cancellationToken) is { } returned
                ? Results.Ok(returned)
                : OperatorProblem.UnknownQueue().ToResult();
        }
        catch (UnauthorizedAccessException)
        {
            return OperatorProblem.QueueNotReadable().ToResult();
        }
    }
}
