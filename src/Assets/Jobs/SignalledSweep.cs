using Microsoft.Extensions.Hosting;

namespace Pipeline.Assets.Jobs;

/// <summary>How often a sweep runs without a signal.</summary>
internal sealed record SweepInterval(TimeSpan Length)
{
    public static readonly SweepInterval OnlySignals = new(Timeout.InfiniteTimeSpan);
}

/// <summary>
/// Runs a sweep when it is signalled, and at intervals after the start of the host. A sweep whose work can be looked for runs at an interval only if
/// there is some, and now and then in any case.
/// </summary>
internal sealed class SignalledSweep<TSweep>(
    SweepSignal<TSweep> signal, SweepRunner<TSweep> runner, IHostApplicationLifetime host, SweepInterval interval, TimeProvider time, DueLook? look = null, SweepDue<TSweep>? due = null)
    : BackgroundService
    where TSweep : ISweep
{
    // Shorter than the time after which a job counts as late.
    private static readonly TimeSpan InAnyCase = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Before it has started, an in-memory bus accepts a request, confirms it and drops it. Quartz waits for the start, too.
            await host.StartedAsync(stoppingToken);
            if (interval != SweepInterval.OnlySignals) await runner.RunAsync(stoppingToken);
            var ranAt = time.GetTimestamp();
            while (true)
            {
                var signalled = await signal.WaitAsync(UntilNext(), time, stoppingToken);
                if (!signalled && time.GetElapsedTime(ranAt) < InAnyCase && !await IsDueAsync(stoppingToken)) continue;
                await runner.RunAsync(stoppingToken);
                ranAt = time.GetTimestamp();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; rows that are due stay due.
        }
    }

    // All sweeps of an interval wake together, so that they share a look.
    private TimeSpan UntilNext()
    {
        if (interval == SweepInterval.OnlySignals) return interval.Length;
        var left = interval.Length - TimeSpan.FromTicks(time.GetElapsedTime(0).Ticks % interval.Length.Ticks);

        // A timer may end a little early.
        return left < interval.Length / 10 ? left + interval.Length : left;
    }

    private async Task<bool> IsDueAsync(CancellationToken cancellationToken)
    {
        if (look is null || due is null) return true;
        try
        {
            return due.Of(await look.LookAsync(cancellationToken));
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The run itself reports the fault.
            return true;
        }
    }
}
