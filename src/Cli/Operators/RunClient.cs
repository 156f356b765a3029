using System.Text.Json;

namespace Pipeline.Cli.Operators;

/// <summary>The routes of operators for runs, failures and the audit.</summary>
sealed class RunClient(ApiChannel channel)
{
    /// <summary>Stores a plan. Not retried on a lost answer, because each call stores one.</summary>
    public Task<Answer<RunInfo>> PlanAsync(object request, CancellationToken cancellationToken) => channel.AskAsync<RunInfo>(Call.Post("api/admin/runs", request), cancellationToken);

    /// <summary>Applies a plan. Not retried on a lost answer: the second try would be refused, because the plan is used.</summary>
    public Task<Answer<RunInfo>> ApplyAsync(string id, CancellationToken cancellationToken) => channel.AskAsync<RunInfo>(Call.Post($"{PathOf(id)}/apply"), cancellationToken);

    public Task<Answer<RunInfo>> GetAsync(string id, CancellationToken cancellationToken) => channel.AskAsync<RunInfo>(Call.Get(PathOf(id)), cancellationToken);

    /// <param name="id">The run.</param>
    /// <param name="verb">pause, resume or cancel.</param>
    /// <param name="reason">Kept in the audit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Answer<RunInfo>> SteerAsync(string id, string verb, string? reason, CancellationToken cancellationToken) =>
        channel.AskAsync<RunInfo>(Call.Post($"{PathOf(id)}/{verb}", new { reason }), cancellationToken);

    public Task<Answer<RunInfo>> PaceAsync(string id, object pace, string? reason, CancellationToken cancellationToken) =>
        channel.AskAsync<RunInfo>(new Call(HttpMethod.Patch, PathOf(id), new { pace, reason }), cancellationToken);

    public Task<Answer<RunList>> ListAsync(int limit, CancellationToken cancellationToken) => channel.AskAsync<RunList>(Call.Get($"api/admin/runs?limit={limit}"), cancellationToken);

    /// <summary>The first failed assets of a run.</summary>
    public Task<Answer<RunItems>> FailuresAsync(string id, CancellationToken cancellationToken) => channel.AskAsync<RunItems>(Call.Get($"{PathOf(id)}/items?outcome=failed&limit=20"), cancellationToken);

    /// <summary>The first assets that a rescan holds back.</summary>
    public Task<Answer<RunItems>> HeldAsync(string id, CancellationToken cancellationToken) => channel.AskAsync<RunItems>(Call.Get($"{PathOf(id)}/items?outcome=held&limit=20"), cancellationToken);

    /// <summary>What a run has found.</summary>
    public Task<Answer<RunFindings>> FindingsAsync(string id, string? kind, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var path = $"{PathOf(id)}/findings?limit={limit}";
        if (kind is not null) path += $"&kind={Uri.EscapeDataString(kind)}";
        if (cursor is not null) path += $"&cursor={Uri.EscapeDataString(cursor)}";
        return channel.AskAsync<RunFindings>(Call.Get(path), cancellationToken);
    }

    public Task<Answer<RunInfo>> DeleteOrphansAsync(string id, int? maxDelete, string reason, CancellationToken cancellationToken) =>
        channel.AskAsync<RunInfo>(Call.Post($"{PathOf(id)}/delete-orphans", new { maxDelete, reason }), cancellationToken);

    /// <summary>Sends the next objects of a listing. A part that arrives twice counts once.</summary>
    public Task<Answer<ListingTaken>> SendListingAsync(string id, int from, IReadOnlyList<object> objects, CancellationToken cancellationToken) =>
        channel.AskAsync<ListingTaken>(Call.Post($"{PathOf(id)}/listing", new { from, objects }), cancellationToken);

    public Task<Answer<FailedCodes>> FailedAsync(CancellationToken cancellationToken) => channel.AskAsync<FailedCodes>(Call.Get("api/admin/failed"), cancellationToken);

    public Task<Answer<AuditLines>> AuditAsync(string? verb, string? user, int limit, CancellationToken cancellationToken)
    {
        var path = $"api/admin/audit?limit={limit}";
        if (verb is not null) path += $"&verb={Uri.EscapeDataString(verb)}";
        if (user is not null) path += $"&userId={Uri.EscapeDataString(user)}";
        return channel.AskAsync<AuditLines>(Call.Get(path), cancellationToken);
    }

    private static string PathOf(string id) => $"api/admin/runs/{Uri.EscapeDataString(id)}";
}

sealed record RunList(RunInfo[] Items);

sealed record RunInfo(
    string Id, string Kind, string State, RunFigures Progress, DateTimeOffset CreatedAt, RunForecast? Plan = null, string? PausedBecause = null, string? Because = null,
    string? WaitingFor = null, string? PlannedBy = null, string? Reason = null)
{
    /// <summary>Whether nothing happens any more unless an operator acts.</summary>
    public bool HasStopped => State is not ("running" or "planned");
}

sealed record RunFigures(
    int Planned, int Done, int Skipped, int Failed, int InFlight, double PerMinute, Dictionary<string, int>? SkippedBy = null, Dictionary<string, int>? FailedBy = null,
    DateTimeOffset? EtaAt = null, int Held = 0, int Found = 0, Dictionary<string, int>? FoundBy = null);

sealed record RunForecast(
    int Assets, bool Estimate, Dictionary<string, int> Skipped, long VariantsToRender, long VariantsToKeep, long Bytes, RunForecast.ByClass Requests, RunForecast.Cost CostUsd, double? CpuHours = null,
    double? Hours = null)
{
    public sealed record ByClass(long ClassA, long ClassB);

    public sealed record Cost(double R2, double S3);
}

sealed record RunItems(RunItems.Item[] Items)
{
    public sealed record Item(string AssetId, int Revision, string? Code = null, string? Signature = null);
}

sealed record RunFindings(RunFindings.Item[] Items, string? NextCursor = null)
{
    public sealed record Item(string Kind, string? Area = null, string? Key = null, string? AssetId = null, string? Detail = null);
}

sealed record ListingTaken(int Taken);

sealed record FailedCodes(FailedCodes.Code[] Items)
{
    /// <param name="Name">The code; JSON calls it code.</param>
    public sealed record Code(
        [property: System.Text.Json.Serialization.JsonPropertyName("code")] string Name, int Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, string ExampleId, string Advice);
}

sealed record AuditLines(AuditLines.Line[] Items)
{
    public sealed record Line(DateTimeOffset At, string UserId, string Verb, string Result, string? Target = null, string? Reason = null, JsonElement Filter = default);
}
