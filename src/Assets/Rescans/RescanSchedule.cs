using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Rescans;

/// <summary>
/// Starts rescans by itself, at most one in a tenant at a time: of young assets once for new signatures, and else of those whose last scan is long ago.
/// Signatures that arrive during a run do not end it; when it has ended, one run follows with the newest. Nothing starts unless some worker says
/// which signatures it has.
/// </summary>
public sealed class RescanSchedule(
    AssetDbContext db, RunForecast forecast, StartRun start, IOptions<RescanOptions> options, RescanScheduleState state, TimeProvider time,
    ILogger<RescanSchedule> logger) : ISweep
{
    /// <summary>Seconds between two runs of the sweep.</summary>
    internal const int IntervalSeconds = 60;

    /// <summary>Who plans and applies such a run, in lists and in the audit.</summary>
    public const string User = "rescan-schedule";

    // Assets that fail each time would else start a run after each run.
    private static readonly TimeSpan BetweenRuns = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled || await NewestAsync(cancellationToken) is not { } newest) return;
        for (var tenant = await NextAsync("", cancellationToken); tenant is not null; tenant = await NextAsync(tenant, cancellationToken))
            await StartAsync(tenant, newest, cancellationToken);
    }

    /// <summary>The newest signatures that a worker has; null if none says.</summary>
    internal async Task<int?> NewestAsync(CancellationToken cancellationToken)
    {
        var heard = time.GetUtcNow() - WorkerCapacity.Heard;
        var scanners = await db.Workers.AsNoTracking().Where(w => w.HeardAt >= heard && w.Scanner != null).Select(w => w.Scanner).Distinct().ToListAsync(cancellationToken);
        return scanners.Select(SignatureVersion.Of).Max();
    }

    private Task<string?> NextAsync(string after, CancellationToken cancellationToken) =>
        db.Assets.Where(a => a.TenantId.CompareTo(after) > 0).OrderBy(a => a.TenantId).Select(a => a.TenantId).FirstOrDefaultAsync(cancellationToken);

    private async Task StartAsync(string tenant, int newest, CancellationToken cancellationToken)
    {
        var rescans = db.Runs.Where(r => r.TenantId == tenant && r.Kind == RunKind.Rescan);
        if (await rescans.AnyAsync(r => r.ActiveKind == RunKind.Rescan, cancellationToken)) return;
        var now = time.GetUtcNow();
        if (options.Value.WindowDays > 0 && state.IsNew(tenant, newest) && !await rescans.AnyAsync(r => r.Signatures >= newest, cancellationToken))
        {
            if (await TryStartAsync(tenant, newest, new RunFilter { CreatedFrom = now.AddDays(-options.Value.WindowDays), SignaturesBefore = newest }, $"signatures {newest}", now, cancellationToken)) return;
            state.HasNone(tenant, newest);
        }

        var since = now - BetweenRuns;
        if (options.Value.EveryDays > 0 && !await rescans.AnyAsync(r => r.PlannedBy == User && r.Signatures == null && r.CreatedAt > since, cancellationToken))
            await TryStartAsync(tenant, signatures: null, new RunFilter { ScannedBefore = now.AddDays(-options.Value.EveryDays) }, $"last scanned {options.Value.EveryDays} days ago", now, cancellationToken);
    }

    /// <returns>False if no asset matches.</returns>
    private async Task<bool> TryStartAsync(string tenant, int? signatures, RunFilter filter, string why, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var matching = RunQuery.Of(RunKind.Rescan, RunQuery.Matching(db, tenant, filter));
        if (!await matching.AnyAsync(cancellationToken)) return false;
        var caller = new Caller(tenant, User, new HashSet<string> { Role.Operator });
        var last = await db.Assets.Where(a => a.TenantId == tenant).OrderByDescending(a => a.Id).Select(a => a.Id).FirstAsync(cancellationToken);
        var plan = await forecast.OfAsync(new RunRequest(RunKind.Rescan, filter, new RunPaceChange(), why), matching, cancellationToken);
        var run = new Run
        {
            Id = Guid.CreateVersion7(now),
            TenantId = tenant,
            Kind = RunKind.Rescan,
            State = RunState.Running,
            ActiveKind = RunKind.Rescan,
            Filter = filter.ToJson(),
            Plan = plan.ToJson(),
            Pace = new RunPace().ToJson(),
            LastId = last,
            Planned = plan.Assets,
            PlannedBy = User,
            AppliedBy = User,
            Reason = why,
            Signatures = signatures,
            CreatedAt = now,
            AppliedAt = now,
            ExpiresAt = now,
        };
        if (await start.RunAsync(run, RunState.Running, new AuditEntry("run.apply", run.Id.ToString(), filter.ToAuditJson(), why), caller, cancellationToken) is RunChange.Done)
            logger.RescanStarted(run.Id, tenant, plan.Assets, why);

        // If an operator or another instance was faster, its run is the one.
        return true;
    }
}

/// <summary>For which signatures a tenant had no asset to scan again, so that they are not looked for each minute.</summary>
public sealed class RescanScheduleState
{
    private readonly ConcurrentDictionary<string, int> _none = new(StringComparer.Ordinal);

    internal bool IsNew(string tenant, int signatures) => !_none.TryGetValue(tenant, out var known) || known < signatures;

    internal void HasNone(string tenant, int signatures) => _none[tenant] = signatures;
}
