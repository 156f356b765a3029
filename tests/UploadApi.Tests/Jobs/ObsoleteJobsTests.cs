using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets.Jobs;
using Quartz;

namespace Pipeline.UploadApi.Tests.Jobs;

public sealed class ObsoleteJobsTests
{
    [Fact]
    public async Task Jobs_that_no_sweep_has_any_more_are_deleted_from_the_store()
    {
        await using var services = new ServiceCollection().AddLogging().AddQuartz().BuildServiceProvider();
        var factory = services.GetRequiredService<ISchedulerFactory>();
        var scheduler = await factory.GetScheduler();
        foreach (var name in (string[])["Kept", "Dropped"])
            await scheduler.ScheduleJob(JobBuilder.Create<NoJob>().WithIdentity(name).Build(), TriggerBuilder.Create().StartAt(DateTimeOffset.MaxValue).Build());

        using var obsolete = new ObsoleteJobs(factory, [new CalendarJob("Kept")], NullLogger<ObsoleteJobs>.Instance);
        await obsolete.StartAsync(default);
        await obsolete.ExecuteTask!;

        (await scheduler.GetJobKeys(GroupMatcher<JobKey>.AnyGroup())).Select(job => job.Name).ShouldBe(["Kept"]);
        await scheduler.Shutdown();
    }

    private sealed class NoJob : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
