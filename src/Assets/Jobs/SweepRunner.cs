using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Pipeline.Assets.Jobs;

/// <summary>Runs a sweep in a scope of its own, one at a time in this process.</summary>
internal sealed class SweepRunner<TSweep>(IServiceScopeFactory scopes, ILogger<TSweep> logger) : IDisposable
    where TSweep : ISweep
{
    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<TSweep>().RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The rows are still due; the next run handles them.
            logger.SweepFailed(e, typeof(TSweep).Name);
        }
        finally
        {
            _one.Release();
        }
    }
}

/// <summary>Runs a sweep by the timer.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepJob<TSweep>(SweepRunner<TSweep> runner) : IJob
    where TSweep : ISweep
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runner.RunAsync(cancellationToken);
}

/// <summary>How often a sweep runs without a signal.</summary>
internal sealed record SweepInterval(TimeSpan Length)
{
    public static readonly SweepInterval OnlySignals = new(Timeout.InfiniteTimeSpan);
}

/// <summary>Runs a sweep when it is signalled, and at intervals after the start of the host.</summary>
internal sealed class SignalledSweep<TSweep>(
    SweepSignal<TSweep> signal, SweepRunner<TSweep> runner, IHostApplicationLifetime host, SweepInterval interval, TimeProvider time) : BackgroundService
    where TSweep : ISweep
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Before it has started, an in-memory bus accepts a request, confirms it and drops it. Quartz waits for the start, too.
            await StartedAsync(stoppingToken);
            if (interval != SweepInterval.OnlySignals) await runner.RunAsync(stoppingToken);
            while (true)
            {
                await signal.WaitAsync(interval.Length, time, stoppingToken);
                await runner.RunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; rows that are due stay due.
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = host.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }
}
