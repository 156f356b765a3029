using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs.Walks;

namespace Pipeline.Assets.Runs;

/// <summary>A run as operators see it.</summary>
public sealed record RunView(
    Guid Id,
    string Kind,
    string State,
    RunFilter? Filter,
    RunPlanView? Plan,
    RunPace Pace,
    RunProgress Progress,
    string PlannedBy,
    string? AppliedBy,
    string? Reason,
    string? PausedBecause,
    string? Because,
    string? WaitingFor,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? AppliedAt,
    DateTimeOffset? EndedAt,
    Guid? Source,
    DateTimeOffset? RollbackUntil,
    JsonElement? Settings,
    int Findings);

/// <param name="Assets">Assets that the run processes.</param>
/// <param name="Estimate">Whether the database estimated the number of assets.</param>
/// <param name="Skipped">Assets that the filter names and the run leaves as they are, by reason.</param>
/// <param name="Sampled">Assets that were read for the other figures.</param>
public sealed record RunPlanView(
    int Assets,
    bool Estimate,
    IReadOnlyDictionary<string, int> Skipped,
    int Sampled,
    long VariantsToRender,
    long VariantsToKeep,
    long Bytes,
    RunRequests Requests,
    double? CpuHours,
    RunCost CostUsd,
    double? Hours)
{
    public static RunPlanView Of(RunPlan plan) => new(
        plan.Assets, plan.IsEstimate, plan.Skipped, plan.Sampled, plan.VariantsToRender, plan.VariantsToKeep, plan.Bytes, plan.Requests, plan.CpuHours, plan.CostUsd, plan.Hours);
}

/// <param name="Planned">Assets of the run. Once it is completed, they are the sum of done, skipped and failed.</param>
/// <param name="Done">Assets that ended well.</param>
/// <param name="Skipped">Assets that were left as they are.</param>
/// <param name="SkippedBy">The same by reason.</param>
/// <param name="Failed">Assets that failed or were rejected.</param>
/// <param name="FailedBy">The same by code.</param>
/// <param name="InFlight">Assets in work.</param>
/// <param name="BytesWritten">Bytes of new variants; of a rescan those that were read.</param>
/// <param name="PerMinute">Assets that ended in a minute, over the last five.</param>
/// <param name="EtaAt">When the last asset would end at this rate in the run's hours; null if nothing ended lately, and in the first seconds.</param>
/// <param name="Found">What a walk has found.</param>
/// <param name="FoundBy">The same by code.</param>
/// <param name="Held">Of a rescan: assets with a hit that are not withdrawn until an operator resumes the run.</param>
public sealed record RunProgress(
    int Planned,
    int Done,
    int Skipped,
    IReadOnlyDictionary<string, int> SkippedBy,
    int Failed,
    IReadOnlyDictionary<string, int> FailedBy,
    int InFlight,
    long BytesWritten,
    double PerMinute,
    DateTimeOffset? EtaAt,
    int Found,
    IReadOnlyDictionary<string, int> FoundBy,
    int Held = 0);

/// <summary>Reads runs of a tenant.</summary>
public sealed class RunReader(AssetDbContext db, TimeProvider time, IOptions<RunsOptions>? options = null)
{
    /// <summary>Most runs or items on a page.</summary>
    public const int MaxLimit = 200;

    private const int RateMinutes = 5;

    // A shorter time says little about the rate.
    private static readonly TimeSpan LeastMeasured = TimeSpan.FromSeconds(10);

    public Task<Run?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.TenantId == caller.TenantId && r.Id == id, cancellationToken);

    /// <summary>The newest first.</summary>
    public Task<List<Run>> ListAsync(Caller caller, Guid? before, int atMost, CancellationToken cancellationToken)
    {
        var runs = db.Runs.AsNoTracking().Where(r => r.TenantId == caller.TenantId);
        if (before is { } last) runs = runs.Where(r => r.Id.CompareTo(last) < 0);
        return runs.OrderByDescending(r => r.Id).Take(atMost).ToListAsync(cancellationToken);
    }

    /// <summary>The assets of a run that are in work or failed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="failed">True for those that failed, false for those in work.</param>
    /// <param name="after">Only assets with a larger id.</param>
    /// <param name="atMost">Most assets.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<RunItem>> ItemsAsync(Guid run, bool failed, Guid? after, int atMost, CancellationToken cancellationToken) =>
        ItemsAsync(run, failed ? RunResult.Failed : null, after, atMost, cancellationToken);

    /// <summary>The assets whose hits a rescan holds back.</summary>
    public Task<List<RunItem>> HeldAsync(Guid run, Guid? after, int atMost, CancellationToken cancellationToken) => ItemsAsync(run, RunResult.Held, after, atMost, cancellationToken);

    private Task<List<RunItem>> ItemsAsync(Guid run, string? outcome, Guid? after, int atMost, CancellationToken cancellationToken)
    {
        var items = db.RunItems.AsNoTracking().Where(i => i.RunId == run);
        items = outcome is null ? items.Where(i => i.Outcome == null) : items.Where(i => i.Outcome == outcome);
        if (after is { } last) items = items.Where(i => i.AssetId.CompareTo(last) > 0);
        return items.OrderBy(i => i.AssetId).Take(atMost).ToListAsync(cancellationToken);
    }

    /// <summary>What a walk has found, in the order of the walk.</summary>
    /// <param name="run">The run.</param>
    /// <param name="kind">Only findings of this kind; null for all.</param>
    /// <param name="after">Only findings with a larger number; null for all.</param>
    /// <param name="atMost">Most findings.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<RunFinding>> FindingsAsync(Guid run, string? kind, int? after, int atMost, CancellationToken cancellationToken)
    {
        var findings = db.RunFindings.AsNoTracking().Where(f => f.RunId == run);
        if (kind is not null) findings = findings.Where(f => f.Kind == kind);
        if (after is { } last) findings = findings.Where(f => f.Number > last);
        return findings.OrderBy(f => f.Number).Take(atMost).ToListAsync(cancellationToken);
    }

    public async Task<RunView> ViewAsync(Run run, CancellationToken cancellationToken) => (await ViewsAsync([run], cancellationToken))[0];

    public async Task<IReadOnlyList<RunView>> ViewsAsync(IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        if (runs.Count == 0) return [];
        var (now, ids) = (time.GetUtcNow(), runs.Select(r => r.Id).ToList());
        var sums = await RunCounts.ReadAsync(db, ids, cancellationToken);
        var inFlight = await db.RunItems.Where(i => ids.Contains(i.RunId) && i.Outcome == null)
            .GroupBy(i => i.RunId).Select(same => new { same.Key, Count = same.Count() }).ToDictionaryAsync(same => same.Key, same => same.Count, cancellationToken);
        var held = await db.RunItems.Where(i => ids.Contains(i.RunId) && i.Outcome == RunResult.Held)
            .GroupBy(i => i.RunId).Select(same => new { same.Key, Count = same.Count() }).ToDictionaryAsync(same => same.Key, same => same.Count, cancellationToken);
        var since = RunCount.MinuteOf(now) - RateMinutes;
        var lately = await db.RunCounts.AsNoTracking().Where(c => ids.Contains(c.RunId) && c.Minute >= since)
            .GroupBy(c => c.RunId).Select(same => new { same.Key, Count = same.Sum(c => c.Count) }).ToDictionaryAsync(same => same.Key, same => same.Count, cancellationToken);
        return [.. runs.Select(run => View(run, [.. sums[run.Id]], inFlight.GetValueOrDefault(run.Id), held.GetValueOrDefault(run.Id), lately.GetValueOrDefault(run.Id), now))];
    }

    private DateTimeOffset? EtaOf(Run run, double perMinute, int left, DateTimeOffset now)
    {
        if (perMinute <= 0 || left == 0 || now - run.AppliedAt < LeastMeasured) return null;
        var work = TimeSpan.FromMinutes(Math.Min(left / perMinute, 1_000_000));
        return now + RunPace.Read(run.Pace).Until((options?.Value ?? new RunsOptions()).TimeOfDay(now), work);
    }

    private RunView View(Run run, IReadOnlyList<RunSum> sums, int inFlight, int held, int lately, DateTimeOffset now)
    {
        var totals = RunTotals.Of(sums);

        // A run that began within the last five minutes is measured from its beginning.
        var minutes = Math.Clamp((now - (run.AppliedAt ?? now)).TotalMinutes, 1.0 / 60, RateMinutes);
        var rate = run.State == RunState.Running ? Math.Round(lately / minutes, 1) : 0;
        var left = Math.Max(0, run.Planned - totals.Ended);
        var progress = new RunProgress(
            run.Planned, totals.Done, totals.Skipped, By(RunResult.Skipped), totals.Failed, By(RunResult.Failed), inFlight, totals.Bytes, rate,
            EtaOf(run, rate, left, now), totals.Found, By(RunResult.Found), held);
        var isExpired = run.State == RunState.Planned && run.ExpiresAt <= now;
        return new RunView(
            run.Id, run.Kind, isExpired ? RunState.Expired : run.State, RunFilter.Read(run.Filter), RunPlan.Read(run.Plan) is { } plan ? RunPlanView.Of(plan) : null, RunPace.Read(run.Pace), progress,
            run.PlannedBy, run.AppliedBy, run.Reason, run.State == RunState.Paused ? run.Because : null, run.State == RunState.Paused ? null : run.Because, run.WaitingFor,
            run.CreatedAt, run.ExpiresAt, run.AppliedAt, run.EndedAt, run.Source, RunKind.Replaces(run.Kind) ? run.ReplacedUntil : null, Json(run.Settings), run.Findings);

        static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);

        SortedDictionary<string, int> By(string result) =>
            new(sums.Where(s => s.Result == result).ToDictionary(s => s.Code, s => s.Count, StringComparer.Ordinal), StringComparer.Ordinal);
    }
}
