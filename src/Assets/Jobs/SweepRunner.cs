using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;
using Pipeline.Storage.Costs;
using Quartz;

namespace Pipeline.Assets.Jobs;

/// <summary>Runs a sweep in a scope of its own, one at a time in this process, unless an operator has paused it.</summary>
/// <param name="scopes">Make the scopes.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log of the sweep.</param>
/// <param name="jobs">Records the runs; null for none.</param>
internal sealed class SweepRunner<TSweep>(IServiceScopeFactory scopes, TimeProvider time, ILogger<TSweep> logger, JobLog? jobs = null) : IDisposable
    where TSweep : ISweep
{
    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        var begun = time.GetTimestamp();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var sweep = scope.ServiceProvider.GetRequiredService<TSweep>();
            if (jobs is null) await sweep.RunAsync(cancellationToken);
            else await RunAsync(sweep, jobs, scope.ServiceProvider.GetRequiredService<AssetDbContext>(), cancellationToken);
            AssetMetrics.Ran(typeof(TSweep).Name, succeeded: true, time.GetElapsedTime(begun), time.GetUtcNow());
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The rows are still due; the next run handles them.
            logger.SweepFailed(e, typeof(TSweep).Name);
            AssetMetrics.Ran(typeof(TSweep).Name, succeeded: false, time.GetElapsedTime(begun), time.GetUtcNow());
        }
        finally
        {
            _one.Release();
        }
    }

    private static async Task RunAsync(TSweep sweep, JobLog jobs, AssetDbContext db, CancellationToken cancellationToken)
    {
        var name = typeof(TSweep).Name;
        if (await jobs.IsPausedNowAsync(name, db, cancellationToken)) return;
        var startedAt = jobs.Begin(name);
        using var cause = StoreCause.Begin(typeof(TSweep).Namespace == typeof(Cleanup.ObjectCleanup).Namespace ? StoreCause.Tidy : StoreCause.Request);
        try
        {
            await sweep.RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            await jobs.EndAsync(name, startedAt, 0, e, db, cancellationToken);
            throw;
        }
        finally
        {
            jobs.Abandon(name);
        }

        await jobs.EndAsync(name, startedAt, sweep.Rows ?? db.SavedAssets, fault: null, db, cancellationToken);
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
