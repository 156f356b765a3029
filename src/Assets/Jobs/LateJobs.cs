using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Jobs;

/// <summary>
/// Runs jobs of the calendar that have not run for three intervals, and frees their triggers. A scheduler that loses its database in the wrong
/// moment leaves a trigger acquired or blocked, and no instance fires it again.
/// </summary>
internal sealed class LateJobs(IServiceScopeFactory scopes, IEnumerable<Job> jobs, IHostApplicationLifetime host, TimeProvider time, ILogger<LateJobs> logger) : BackgroundService
{
    internal static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<Job> _calendar = [.. jobs.Where(job => job.Kind == JobKind.Calendar)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await host.StartedAsync(stoppingToken);
            while (true)
            {
                await CheckAsync(stoppingToken);
                await Task.Delay(CheckInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <returns>The names of the jobs that were late.</returns>
    internal async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
            await KnowAsync(db, cancellationToken);
            var now = time.GetUtcNow();
            var rows = await db.Jobs.AsNoTracking().Where(row => row.PausedAt == null).ToDictionaryAsync(row => row.Name, row => row.StartedAt ?? row.KnownSince, StringComparer.Ordinal, cancellationToken);
            var late = _calendar.Where(job => rows.TryGetValue(job.Name, out var since) && now - since > job.Patience).ToList();
            foreach (var job in late)
            {
                logger.JobLate(job.Name, (long)(now - rows[job.Name]).TotalSeconds);
                await db.FreeTriggerAsync(job.Name, now - job.Patience, cancellationToken);
                job.Wake.Raise();
            }

            return late.ConvertAll(job => job.Name);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LateJobsUnknown(e);
            return [];
        }
    }

    // A job that never runs is late, too.
    private async Task KnowAsync(AssetDbContext db, CancellationToken cancellationToken)
    {
        var known = await db.Jobs.Select(row => row.Name).ToListAsync(cancellationToken);
        var now = db.Stored(time.GetUtcNow());
        foreach (var name in jobs.Select(job => job.Name).Except(known, StringComparer.Ordinal))
            await db.Database.ExecuteSqlAsync($"""INSERT INTO jobs ("Name", "KnownSince", "Rows") VALUES ({name}, {now}, 0) ON CONFLICT ("Name") DO NOTHING""", cancellationToken);
    }
}
