using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Overview;

/// <summary>The codes of problems. The pages have words for each.</summary>
public static class OverviewProblemCode
{
    public const string NotMeasured = "not_measured";
    public const string DependencyDown = "dependency_down";
    public const string SignaturesOld = "signatures_old";
    public const string DeadLetters = "dead_letters";
    public const string NoWorkers = "no_workers";
    public const string QueueLate = "queue_late";
    public const string WebhooksLate = "webhooks_late";
    public const string RunPaused = "run_paused";

    public static IReadOnlyList<string> All { get; } = [NotMeasured, DependencyDown, SignaturesOld, DeadLetters, NoWorkers, QueueLate, WebhooksLate, RunPaused];
}

/// <summary>Finds the problems that an operator should see now: each comes from the last counts or from a row.</summary>
public sealed class OverviewProblems(AssetDbContext db)
{
    /// <summary>A request or a delivery that waits for longer is late.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    private const int MaxRuns = 5;

    // The name of the health check of the queues with dead letters.
    private const string ErrorQueues = "error queues";

    internal async Task<IReadOnlyList<OverviewAlert>> FindAsync(Caller caller, OperationalCounts? counts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = counts is null
            ? [new OverviewAlert(OverviewProblemCode.NotMeasured, null, null, "Nobody has counted for two minutes.", "Look whether the job OperationalCountsSweep runs: pipeline jobs.")]
            : OfCounts(counts).ToList();
        if (counts is { Workers: 0 } && await WithoutWorkersAsync(now, cancellationToken) is { } without) found.Add(without);
        var paused = await db.Runs.AsNoTracking()
            .Where(r => r.TenantId == caller.TenantId && r.ActiveKind != null && r.State == RunState.Paused && r.Because != null && !r.Because.Contains(ChangeRun.ByPerson))
            .OrderBy(r => r.Id).Take(MaxRuns).Select(r => new { r.Id, r.Because }).ToListAsync(cancellationToken);
        found.AddRange(paused.Select(run => new OverviewAlert(
            OverviewProblemCode.RunPaused, run.Id.ToString(), null, run.Because ?? "The run is paused.", "Look at its failures; then resume or cancel it.")));
        return [.. found.OrderBy(problem => problem.Since ?? now)];
    }

    private static IEnumerable<OverviewAlert> OfCounts(OperationalCounts counts)
    {
        foreach (var state in counts.Dependencies)
        {
            if (state.Name == DependencyState.Signatures && state.Status != DependencyState.Ok)
                yield return new OverviewAlert(OverviewProblemCode.SignaturesOld, null, state.Since, state.Detail ?? "The scanner's signatures are old.", state.Fix ?? "Check that freshclam runs.");
            else if (state is { Name: ErrorQueues, Status: not DependencyState.Ok })
                yield return new OverviewAlert(OverviewProblemCode.DeadLetters, null, state.Since, "Messages wait in the queues of dead letters.", "List them and return them: pipeline queues.");
            else if (state.Status == DependencyState.Fail)
                yield return new OverviewAlert(OverviewProblemCode.DependencyDown, state.Name, state.Since, state.Detail ?? $"{state.Name} does not work.", state.Fix ?? "Run pipeline doctor, and look into the log.");
        }

        if (counts.Queues.MaxBy(queue => queue.OldestSeconds) is { } queue && queue.OldestSeconds > Late.TotalSeconds)
            yield return new OverviewAlert(
                OverviewProblemCode.QueueLate, queue.Queue, counts.At.AddSeconds(-queue.OldestSeconds), $"The oldest request of {queue.Queue} has waited for {queue.OldestSeconds / 60:0} minutes.",
                "Add workers, or look what the workers hold.");
        if (counts.Webhooks.OldestSeconds > Late.TotalSeconds)
            yield return new OverviewAlert(
                OverviewProblemCode.WebhooksLate, null, counts.At.AddSeconds(-counts.Webhooks.OldestSeconds), $"{counts.Webhooks.Count} deliveries to webhooks are due.", "Look whether the receivers answer.");
    }

    // The counts may be half a minute old, and a worker may have started since.
    private async Task<OverviewAlert?> WithoutWorkersAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = await db.Workers.AsNoTracking().OrderByDescending(w => w.HeardAt).Select(w => (DateTimeOffset?)w.HeardAt).FirstOrDefaultAsync(cancellationToken);
        return last > now - WorkerCapacity.Heard ? null : new OverviewAlert(
            OverviewProblemCode.NoWorkers, null, last, "No worker has announced itself for three minutes, so nothing is processed.", "Start a worker, and check that it reaches the bus: its /health/ready says so.");
    }
}
