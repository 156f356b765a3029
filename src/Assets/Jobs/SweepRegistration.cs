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
    internal static IServiceCollection AddSweeps(this IServiceCollection services) => services
        .AddSweep<Dispatcher>()
        .AddSweep<StalledWorkRescuer>()
        .AddSweep<Expirer>()
        .AddSweep<ObjectCleanup>()
        .AddSweep<IncomingSweep>()
        .AddSweep<EventFeed>()
        .AddSweep<EventRetention>()
        .AddSingleton<IncomingSweepPosition>();

    /// <summary>Schedules the sweeps. The composition root picks the scheduler's store and calls this on its builder.</summary>
    public static IQuartzBuilder AddAssetSweeps(this IQuartzBuilder quartz) => quartz
        .Every<Dispatcher>()
        .Every<StalledWorkRescuer>()
        .Every<Expirer>()
        .Every<ObjectCleanup>()
        .Every<EventFeed>()
        .Every<EventRetention>(_ => EventRetention.IntervalSeconds)
        .Every<IncomingSweep>(provider => provider.GetRequiredService<IOptions<CleanupOptions>>().Value.IncomingSweepSeconds);

    private static IServiceCollection AddSweep<TSweep>(this IServiceCollection services)
        where TSweep : class, ISweep => services
        .AddScoped<TSweep>()
        .AddSingleton<SweepSignal<TSweep>>()
        .AddSingleton<SweepRunner<TSweep>>()
        .AddHostedService<SignalledSweep<TSweep>>();

    private static IQuartzBuilder Every<TSweep>(this IQuartzBuilder quartz, Func<IServiceProvider, int>? wait = null)
        where TSweep : ISweep
    {
        quartz.ScheduleJob<SweepJob<TSweep>>(
            (provider, trigger) =>
            {
                var seconds = wait?.Invoke(provider) ?? provider.GetRequiredService<IOptions<DispatchOptions>>().Value.SweepSeconds;

                // Quartz accepts no interval of 0 seconds, so a disabled sweep runs once a day and does nothing.
                seconds = seconds > 0 ? seconds : 86_400;
                trigger.WithIdentity(typeof(TSweep).Name).StartNow().WithSimpleSchedule(s => s.WithInterval(TimeSpan.FromSeconds(seconds)).RepeatForever());
            },
            (_, job) => job.WithIdentity(typeof(TSweep).Name));
        return quartz;
    }
}
