using MassTransit;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.AllInOne.Embedding;

/// <summary>
/// A graceful stop: running work finishes and its outcome is saved; waiting work stays in the table. A broker would keep an undelivered outcome,
/// but the in-memory bus loses it, so the bus may stop only after all outcomes are saved.
/// </summary>
internal static class GracefulStop
{
    // One image may take a minute; unfinished work is queued again at the next start.
    private static readonly TimeSpan RunningWork = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan WholeHost = TimeSpan.FromSeconds(75);

    /// <summary>Call after adding the bus: services stop in the reverse order of their registration.</summary>
    public static void AddGracefulStop(this IServiceCollection services)
    {
        services.Configure<HostOptions>(host => host.ShutdownTimeout = WholeHost);
        services.Configure<MassTransitHostOptions>(bus => bus.WaitUntilStarted = true);
        services.AddSingleton<Drain>();
        services.AddHostedService<DrainBeforeBus>();
    }

    private sealed class DrainBeforeBus(Drain drain, IServiceScopeFactory scopes, TimeProvider time) : IHostedService
    {
        private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            drain.Close();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(RunningWork);
            try
            {
                while (drain.Running > 0 || await IsOutcomeAwaitedAsync(limit.Token)) await Task.Delay(PollInterval, time, limit.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                // Time is up; the rows record the unfinished work.
            }
        }

        private async Task<bool> IsOutcomeAwaitedAsync(CancellationToken cancellationToken)
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<AssetDbContext>().Assets.AnyAsync(a => a.LastHeardAt != null && a.Work == WorkState.Processing, cancellationToken);
        }
    }
}

/// <summary>Counts running work, and accepts no more once it is closed.</summary>
internal sealed class Drain
{
    private readonly Lock _gate = new();
    private bool _closed;
    private int _running;

    public int Running
    {
        get
        {
            lock (_gate) return _running;
        }
    }

    public void Close()
    {
        lock (_gate) _closed = true;
    }

    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_closed) return false;
            _running++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate) _running--;
    }
}

/// <summary>Filters processing requests before their consumers; outcomes pass.</summary>
internal sealed class DrainFilter<T>(Drain drain) : IFilter<ConsumeContext<T>>
    where T : class
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("drain");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        if (context.Message is not ProcessingRequest)
        {
            await next.Send(context);
            return;
        }

        // The message is dropped, but its row stays: the next start publishes it again.
        if (!drain.TryEnter()) return;
        try
        {
            await next.Send(context);
        }
        finally
        {
            drain.Leave();
        }
    }
}
