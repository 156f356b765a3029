using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Uploads;
using Pipeline.Assets.Webhooks;
using Quartz;

namespace Pipeline.Assets.Jobs;

public static class SweepRegistration
{
    // Work that clients wait for is swept by each instance. What follows the calendar is swept by one instance at a time, through Quartz,
    // at this multiple of SweepSeconds unless it has an interval of its own.
    private const int CalendarFactor = 4;

    internal static IServiceCollection AddSweeps(this IServiceCollection services) => services
        .AddSingleton<DueLook>()
        .AddTimedSweep<Dispatcher>()
        .AddTimedSweep<ObjectCleanup>(due => due.Cleanups)
        .AddTimedSweep<CachePurgeSweep>(due => due.Purges)
        .AddTimedSweep<RunFeeder>(due => due.Runs)
        .AddTimedSweep<ManifestSweep>(due => due.Manifests)
        .AddTimedSweep<RescanDispatcher>(due => due.Rescans)
        .AddTimedSweep<EventFeed>(due => due.Unnumbered)
        .AddFeedSweep<WebhookFanOut>(due => due.Webhooks)
        .AddTimedSweep<ActivitySweep>(due => due.Activity)
        .AddTimedSweep<OperationalCountsSweep>(OperationalCountsSweep.Check)
        .AddSweep<StalledWorkRescuer>()
        .AddSweep<Expirer>()
        .AddSweep<ArrivalSweep>()
        .AddSweep<TemporarySweep>()
        .AddSweep<IncomingSweep>()
        .AddSweep<MultipartSweep>()
        .AddSweep<EventRetention>()
        .AddSweep<WebhookUpkeep>()
        .AddSweep<UsageRecount>()
        .AddSweep<IdempotencySweep>()
        .AddSweep<RunUpkeep>()
        .AddSweep<ManifestBackfill>()
        .AddSweep<ErasedSweep>()
        .AddSweep<RescanSchedule>()
        .AddSingleton<JobLog>().AddScoped<JobControl>().AddHostedService<LateJobs>()
        .AddSingleton<ArrivalSweepState>()
        .AddSingleton<IncomingSweepPosition>();

    /// <summary>Publishes events to other programs; for composition roots whose bus is RabbitMQ.</summary>
    public static IServiceCollection AddBusEvents(this IServiceCollection services) => services
        .AddSingleton<BusEventsState>()
        .AddFeedSweep<BusEvents>(due => due.BusEvents);

    /// <summary>Deletes the jobs of earlier versions at the start; for composition roots whose scheduler has a persistent store.</summary>
    public static IServiceCollection DeleteObsoleteJobs(this IServiceCollection services) => services.AddHostedService<ObsoleteJobs>();

    /// <summary>Schedules the sweeps that follow the calendar. The composition root picks the scheduler's store and calls this on its builder.</summary>
    public static IQuartzBuilder AddAssetSweeps(this IQuartzBuilder quartz) => quartz
        .Every<StalledWorkRescuer>(SweepSeconds)
        .Every<Expirer>(SweepSeconds)
        .Every<ArrivalSweep>(SweepSeconds)
        .Every<TemporarySweep>(SweepSeconds)
        .Every<EventRetention>(_ => EventRetention.IntervalSeconds)
        .Every<WebhookUpkeep>(_ => EventRetention.IntervalSeconds)
        .Every<IncomingSweep>(provider => provider.GetRequiredService<IOptions<CleanupOptions>>().Value.IncomingSweepSeconds)
        .Every<MultipartSweep>(provider => provider.GetRequiredService<IOptions<CleanupOptions>>().Value.MultipartSweepSeconds)
        .Every<RunUpkeep>(_ => RunUpkeep.IntervalSeconds)
        .Every<ManifestBackfill>(_ => ManifestBackfill.IntervalSeconds)
        .Every<ErasedSweep>(provider => provider.GetRequiredService<IOptions<ManifestOptions>>().Value.CheckErasedSeconds)
        .Every<RescanSchedule>(_ => RescanSchedule.IntervalSeconds)
        .Every<UsageRecount>(_ => UsageRecount.IntervalSeconds)
        .Every<IdempotencySweep>(_ => IdempotencySweep.IntervalSeconds);

    private static int SweepSeconds(IServiceProvider provider) => provider.GetRequiredService<IOptions<DispatchOptions>>().Value.SweepSeconds * CalendarFactor;

    private static IServiceCollection AddTimedSweep<TSweep>(this IServiceCollection services, Func<SweepWork, bool> due)
        where TSweep : class, ISweep => services
        .AddSingleton(new SweepDue<TSweep>(due))
        .AddTimedSweep<TSweep>();

    private static IServiceCollection AddTimedSweep<TSweep>(this IServiceCollection services)
        where TSweep : class, ISweep => services
        .AddSweepServices<TSweep>()
        .AddHostedService(provider => ActivatorUtilities.CreateInstance<SignalledSweep<TSweep>>(
            provider, new SweepInterval(TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<DispatchOptions>>().Value.SweepSeconds))))
        .AddSingleton(provider => new Job(
            typeof(TSweep).Name,
            JobKind.Timed,
            TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<DispatchOptions>>().Value.SweepSeconds),
            provider.GetRequiredService<SweepSignal<TSweep>>()));

    private static IServiceCollection AddTimedSweep<TSweep>(this IServiceCollection services, TimeSpan interval)
        where TSweep : class, ISweep => services
        .AddSweepServices<TSweep>()
        .AddHostedService(provider => ActivatorUtilities.CreateInstance<SignalledSweep<TSweep>>(provider, new SweepInterval(interval)));

    /// <summary>A sweep that also runs when events were numbered.</summary>
    internal static IServiceCollection AddFeedSweep<TSweep>(this IServiceCollection services, Func<SweepWork, bool> due)
        where TSweep : class, ISweep => services
        .AddTimedSweep<TSweep>(due)
        .AddHostedService<EventWakeUp<TSweep>>();

    private static IServiceCollection AddSweep<TSweep>(this IServiceCollection services)
        where TSweep : class, ISweep => services
        .AddSweepServices<TSweep>()
        .AddHostedService(provider => ActivatorUtilities.CreateInstance<SignalledSweep<TSweep>>(provider, SweepInterval.OnlySignals))
        .AddSingleton(new CalendarJob(typeof(TSweep).Name));

    private static IServiceCollection AddSweepServices<TSweep>(this IServiceCollection services)
        where TSweep : class, ISweep => services
        .AddScoped<TSweep>()
        .AddSingleton<SweepSignal<TSweep>>()
        .AddSingleton<SweepRunner<TSweep>>();

    private static IQuartzBuilder Every<TSweep>(this IQuartzBuilder quartz, Func<IServiceProvider, int> interval)
        where TSweep : ISweep
    {
        quartz.Services.AddSingleton(provider =>
            new Job(typeof(TSweep).Name, JobKind.Calendar, IntervalOf(provider, interval), provider.GetRequiredService<SweepSignal<TSweep>>()));
        quartz.ScheduleJob<SweepJob<TSweep>>(
            (provider, trigger) =>
                trigger.WithIdentity(typeof(TSweep).Name).StartNow().WithSimpleSchedule(s => s.WithInterval(IntervalOf(provider, interval)).RepeatForever()),
            (_, job) => job.WithIdentity(typeof(TSweep).Name));
        return quartz;
    }

    // Quartz accepts no interval of 0 seconds, so a disabled sweep runs once a day and does nothing.
    private static TimeSpan IntervalOf(IServiceProvider provider, Func<IServiceProvider, int> interval) =>
        TimeSpan.FromSeconds(interval(provider) is > 0 and var seconds ? seconds : 86_400);
}
