using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Grouping;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Jobs;

/// <summary>
/// Records the runs of the jobs. This process keeps its own last runs in memory; the database has the last run of any instance, so that each can
/// show it. A run that found nothing is stored once a minute, because idle jobs run every few seconds.
/// </summary>
public sealed class JobLog(TimeProvider time, ILogger<JobLog> logger)
{
    internal static readonly TimeSpan IdleStoreInterval = TimeSpan.FromMinutes(1);

    // A busy job runs many times a second.
    internal static readonly TimeSpan BusyStoreInterval = TimeSpan.FromSeconds(5);

    private const int MostQuestions = 64;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    // The timed sweeps wake at the same time, and one query answers all that wait for it.
    private readonly Grouper<Question> _questions = new(handlers: 1, MostQuestions, AnswerAsync);

    /// <summary>Names this process in the table.</summary>
    public string Instance { get; } = Shortened($"{Environment.MachineName}:{Environment.ProcessId}", JobRecord.MaxInstance);

    /// <summary>The last run in this process; null before the first.</summary>
    public JobRun? LastOf(string name) => _entries.TryGetValue(name, out var entry) ? entry.Last : null;

    /// <summary>Whether the job runs in this process now.</summary>
    public bool IsRunning(string name) => _entries.TryGetValue(name, out var entry) && entry.IsRunning;

    /// <summary>Asks the database, because the pause holds for all instances from the next run on.</summary>
    public static Task<bool> IsPausedAsync(string name, AssetDbContext db, CancellationToken cancellationToken) =>
        db.Jobs.AnyAsync(job => job.Name == name && job.PausedAt != null, cancellationToken);

    /// <summary>The same for a sweep that is about to run; those that ask at the same time share one query, which begins after they have asked.</summary>
    internal Task<bool> IsPausedNowAsync(string name, AssetDbContext db, CancellationToken cancellationToken)
    {
        var question = new Question(name, db, cancellationToken);
        _questions.Add(question);
        return question.Answer.Task;
    }

    /// <summary>Records that a run begins.</summary>
    public DateTimeOffset Begin(string name)
    {
        _entries.GetOrAdd(name, _ => new Entry()).IsRunning = true;
        return time.GetUtcNow();
    }

    /// <summary>Records the end of a run. If the database does not answer, only this process knows of it.</summary>
    public async Task EndAsync(string name, DateTimeOffset startedAt, long rows, Exception? fault, AssetDbContext db, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(name, _ => new Entry());
        var run = new JobRun(startedAt, time.GetUtcNow(), rows, fault is null ? null : Shortened(fault.GetType().Name, JobRecord.MaxFault));
        var interval = rows > 0 || run.Fault != entry.Stored?.Fault ? BusyStoreInterval : IdleStoreInterval;
        (entry.Last, entry.IsRunning) = (run, false);
        if (entry.Stored is { } stored && run.EndedAt - stored.EndedAt < interval) return;
        try
        {
            db.ChangeTracker.Clear();
            await StoreAsync(name, run, db, cancellationToken);
            entry.Stored = run;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.JobNotRecorded(e, name);
        }
    }

    /// <summary>The host stops in the middle of a run.</summary>
    public void Abandon(string name) => _entries.GetOrAdd(name, _ => new Entry()).IsRunning = false;

    // A slow instance must not replace a later run of another one.
    private Task<int> StoreAsync(string name, JobRun run, AssetDbContext db, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO jobs AS known ("Name", "KnownSince", "StartedAt", "EndedAt", "Fault", "Rows", "Instance")
        VALUES ({name}, {db.Stored(run.StartedAt)}, {db.Stored(run.StartedAt)}, {db.Stored(run.EndedAt)}, {run.Fault}, {run.Rows}, {Instance})
        ON CONFLICT ("Name") DO UPDATE SET
            "StartedAt" = excluded."StartedAt", "EndedAt" = excluded."EndedAt", "Fault" = excluded."Fault", "Rows" = excluded."Rows", "Instance" = excluded."Instance"
        WHERE known."StartedAt" IS NULL OR known."StartedAt" <= excluded."StartedAt"
        """,
        cancellationToken);

    // By the context of the first, which is free as long as its owner waits.
    private static async Task AnswerAsync(IReadOnlyList<Question> group)
    {
        try
        {
            var paused = await group[0].Db.Jobs.Where(job => job.PausedAt != null).Select(job => job.Name).ToListAsync(group[0].CancellationToken);
            foreach (var question in group) question.Answer.TrySetResult(paused.Contains(question.Name, StringComparer.Ordinal));
        }
        catch (Exception e) when (Fail(group, e))
        {
            // Each sweep throws it.
        }
    }

    private static bool Fail(IReadOnlyList<Question> group, Exception exception)
    {
        foreach (var question in group) question.Answer.TrySetException(exception);
        return true;
    }

    private static string Shortened(string text, int most) => text.Length <= most ? text : text[..most];

    private sealed record Question(string Name, AssetDbContext Db, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<bool> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Entry
    {
        public JobRun? Last { get; set; }

        public JobRun? Stored { get; set; }

        public bool IsRunning { get; set; }
    }
}

/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Rows">Rows or objects that it changed.</param>
/// <param name="Fault">The type of the exception that ended it; null if it succeeded.</param>
public sealed record JobRun(DateTimeOffset StartedAt, DateTimeOffset EndedAt, long Rows, string? Fault);
