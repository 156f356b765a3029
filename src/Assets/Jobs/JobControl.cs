using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Persistence;
using Quartz;

namespace Pipeline.Assets.Jobs;

/// <summary>The jobs of this installation: shows, runs, pauses and resumes them.</summary>
public sealed class JobControl(IEnumerable<Job> jobs, JobLog log, AssetDbContext db, AuditLog audit, TimeProvider time, IServiceProvider services)
{
    /// <summary>All jobs by name, each with its last run in any instance.</summary>
    public async Task<IReadOnlyList<JobState>> ListAsync(CancellationToken cancellationToken)
    {
        var stored = await db.Jobs.AsNoTracking().ToDictionaryAsync(job => job.Name, StringComparer.Ordinal, cancellationToken);
        var now = time.GetUtcNow();
        var states = new List<JobState>();
        foreach (var job in jobs.OrderBy(job => job.Name, StringComparer.Ordinal))
            states.Add(StateOf(job, stored.GetValueOrDefault(job.Name), await NextAsync(job, cancellationToken), now));
        return states;
    }

    /// <summary>The job of this name in any case; null if there is none.</summary>
    public Job? Find(string name) => jobs.FirstOrDefault(job => job.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The names of all jobs.</summary>
    public IReadOnlyList<string> Names => [.. jobs.Select(job => job.Name).Order(StringComparer.Ordinal)];

    /// <summary>No instance begins a run from now on. A run that has begun ends by itself. Who paused first stays recorded.</summary>
    public async Task PauseAsync(Job job, Caller caller, string? reason, CancellationToken cancellationToken)
    {
        var now = db.Stored(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO jobs AS known ("Name", "KnownSince", "Rows", "PausedAt", "PausedBy") VALUES ({job.Name}, {now}, 0, {now}, {caller.UserId})
            ON CONFLICT ("Name") DO UPDATE SET "PausedAt" = excluded."PausedAt", "PausedBy" = excluded."PausedBy" WHERE known."PausedAt" IS NULL
            """,
            cancellationToken);
        await audit.WriteOfInstallationAsync(caller, new AuditEntry("job.pause", job.Name, Reason: reason), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Lets all instances run it again, and runs it in this one.</summary>
    public async Task ResumeAsync(Job job, Caller caller, string? reason, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Jobs.Where(known => known.Name == job.Name)
            .ExecuteUpdateAsync(row => row.SetProperty(known => known.PausedAt, (DateTimeOffset?)null).SetProperty(known => known.PausedBy, (string?)null), cancellationToken);
        await audit.WriteOfInstallationAsync(caller, new AuditEntry("job.resume", job.Name, Reason: reason), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        job.Wake.Raise();
    }

    /// <summary>Runs it in this instance as soon as it is free. False if the job is paused.</summary>
    public async Task<bool> RunAsync(Job job, Caller caller, string? reason, CancellationToken cancellationToken)
    {
        if (await JobLog.IsPausedAsync(job.Name, db, cancellationToken)) return false;
        await audit.WriteOfInstallationAsync(caller, new AuditEntry("job.run", job.Name, Reason: reason), cancellationToken);
        job.Wake.Raise();
        return true;
    }

    private JobState StateOf(Job job, JobRecord? stored, DateTimeOffset? next, DateTimeOffset now)
    {
        var own = log.LastOf(job.Name);
        var (last, instance) = own is not null && (stored?.StartedAt is not { } at || own.StartedAt >= at)
            ? (own, log.Instance)
            : (stored is { StartedAt: { } started } ? new JobRun(started, stored.EndedAt ?? started, stored.Rows, stored.Fault) : null, stored?.Instance);
        var since = last?.StartedAt ?? stored?.KnownSince;
        var isRunning = log.IsRunning(job.Name);
        var isLate = stored?.PausedAt is null && since is { } from && now - from > job.Patience;
        return new JobState(job, last, instance, isRunning, isLate, stored?.PausedAt is null ? next ?? NextOf(since, job.Interval, isLate, now) : null, stored?.PausedAt, stored?.PausedBy);
    }

    // A quiet run is stored once a minute only, so a job that keeps its times may seem to be due.
    private static DateTimeOffset? NextOf(DateTimeOffset? since, TimeSpan interval, bool isLate, DateTimeOffset now)
    {
        if (since + interval is not { } next || next >= now || isLate || interval <= TimeSpan.Zero) return since + interval;
        return next + (interval * Math.Ceiling((now - next) / interval));
    }

    // Roots without a scheduler run no calendar.
    private async Task<DateTimeOffset?> NextAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.Kind == JobKind.Timed || services.GetService(typeof(ISchedulerFactory)) is not ISchedulerFactory schedulers) return null;
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        return (await scheduler.GetTrigger(new TriggerKey(job.Name), cancellationToken))?.NextFireTimeUtc;
    }
}

/// <param name="Job">The job.</param>
/// <param name="Last">The last run in any instance; null before the first.</param>
/// <param name="Instance">The process of the last run.</param>
/// <param name="IsRunning">Whether it runs in this process now.</param>
/// <param name="IsLate">Whether it has not run for three intervals.</param>
/// <param name="NextAt">When it runs next; null while it is paused.</param>
/// <param name="PausedAt">When it was paused; null if it is not.</param>
/// <param name="PausedBy">Who paused it.</param>
public sealed record JobState(Job Job, JobRun? Last, string? Instance, bool IsRunning, bool IsLate, DateTimeOffset? NextAt, DateTimeOffset? PausedAt, string? PausedBy);
