using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Uploads;
using Quartz;

namespace Pipeline.Assets.Jobs;

public static class SweepRegistration
{
    // Work that clients wait for is swept by each instance. What follows the calendar is swept by one instance at a time, through Quartz,
    // at this multiple of SweepSeconds unless it has an interval of its own.
    private const int CalendarFactor = 4;

    internal static IServiceCollection AddSweeps(this IServiceCollection services) => services
        .AddTimedSweep<Dispatcher>()
        .AddTimedSweep<ObjectCleanup>()
        .AddTimedSweep<EventFeed>()
        .AddSweep<StalledWorkRescuer>()
        .AddSweep<Expirer>()
        .AddSweep<IncomingSweep>()
        .AddSweep<EventRetention>()
        .AddSingleton<IncomingSweepPosition>();

    /// <summary>Deletes the jobs of earlier versions at the start; for composition roots whose scheduler has a persistent store.</summary>
    public static IServiceCollection DeleteObsoleteJobs(this IServiceCollection services) => services.AddHostedService<ObsoleteJobs>();

    /// <summary>Schedules the sweeps that follow the calendar. The composition root picks the scheduler's store and calls this on its builder.</summary>
    public static IQuartzBuilder AddAssetSweeps(this IQuartzBuilder quartz) => quartz
        .Every<StalledWorkRescuer>(SweepSeconds)
        .Every<Expirer>(SweepSeconds)
        .Every<EventRetention>(_ => EventRetention.IntervalSeconds)
        .Every<IncomingSweep>(provider => provider.GetRequiredService<IOptions<CleanupOptions>>().Value.IncomingSweepSeconds);

    private static int SweepSeconds(IServiceProvider provider) => provider.GetRequiredService<IOptions<DispatchOptions>>().Value.SweepSeconds * CalendarFactor;

    private static IServiceCollection AddTimedSweep<TSweep>(this IServiceCollection services)
        where TSweep : class, ISweep => services
        .AddSweepServices<TSweep>()
        .AddHostedService(provider => ActivatorUtilities.CreateInstance<SignalledSweep<TSweep>>(
            provider, new SweepInterval(TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<DispatchOptions>>().Value.SweepSeconds))));

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
        quartz.ScheduleJob<SweepJob<TSweep>>(
            (provider, trigger) =>
            {
                // Quartz accepts no interval of 0 seconds, so a disabled sweep runs once a day and does nothing.
                var seconds = interval(provider) is > 0 and var set ? set : 86_400;
                trigger.WithIdentity(typeof(TSweep).Name).StartNow().WithSimpleSchedule(s => s.WithInterval(TimeSpan.FromSeconds(seconds)).RepeatForever());
            },
            (_, job) => job.WithIdentity(typeof(TSweep).Name));
        return quartz;
    }
}
