using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Pipeline.Assets.Jobs;

/// <summary>The name of a sweep that Quartz schedules.</summary>
internal sealed record CalendarJob(string Name);

/// <summary>Deletes the jobs that an earlier version left in a persistent store; they would be fired for ever.</summary>
internal sealed class ObsoleteJobs(ISchedulerFactory schedulers, IEnumerable<CalendarJob> jobs, ILogger<ObsoleteJobs> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var known = jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal);
            var scheduler = await schedulers.GetScheduler(stoppingToken);
            var stored = await scheduler.GetJobKeys(GroupMatcher<JobKey>.AnyGroup(), stoppingToken);
            await scheduler.DeleteJobs([.. stored.Where(job => !known.Contains(job.Name))], stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // The next start tries again.
            logger.JobsNotDeleted(e);
        }
    }
}
