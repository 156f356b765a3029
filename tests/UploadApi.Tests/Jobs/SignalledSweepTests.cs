using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Assets.Jobs;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Jobs;

public sealed class SignalledSweepTests
{
    /// <summary>An in-memory bus drops messages that arrive before it has started, so a restart sometimes lost requests.</summary>
    [Fact]
    public async Task A_hint_from_before_the_start_is_followed_only_once_every_service_of_the_host_has_started()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton<Seen>().AddScoped<ProbeSweep>();
        builder.Services.AddSingleton<SweepSignal<ProbeSweep>>().AddSingleton<SweepRunner<ProbeSweep>>();
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(SweepInterval.OnlySignals);
        builder.Services.AddHostedService<SignalledSweep<ProbeSweep>>().AddHostedService<SlowBus>();
        using var host = builder.Build();
        host.Services.GetRequiredService<SweepSignal<ProbeSweep>>().Raise();

        await host.StartAsync();

        (await host.Services.GetRequiredService<Seen>().BusWasUp.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_a_signal_a_timed_sweep_runs_at_the_start_and_after_each_interval()
    {
        var sweep = new CountedSweep();
        await using var services = new ServiceCollection().AddLogging().AddSingleton(sweep).BuildServiceProvider();
        using var runner = new SweepRunner<CountedSweep>(services.GetRequiredService<IServiceScopeFactory>(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<CountedSweep>.Instance);
        using var timed = new SignalledSweep<CountedSweep>(new SweepSignal<CountedSweep>(), runner, new StartedHost(), new SweepInterval(TimeSpan.FromMilliseconds(20)), TimeProvider.System);

        await timed.StartAsync(default);
        await Eventually.True(() => sweep.Runs >= 3, "it runs without a signal");
        await timed.StopAsync(default);
    }

    private sealed class CountedSweep : ISweep
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public Task RunAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            return Task.CompletedTask;
        }
    }

    private sealed class StartedHost : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(canceled: true);

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
            // Nothing waits for it.
        }
    }

    private sealed class Seen
    {
        public bool BusIsUp { get; set; }

        public TaskCompletionSource<bool> BusWasUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class ProbeSweep(Seen seen) : ISweep
    {
        public Task RunAsync(CancellationToken cancellationToken)
        {
            seen.BusWasUp.TrySetResult(seen.BusIsUp);
            return Task.CompletedTask;
        }
    }

    /// <summary>A slow start, so that a sweep that does not wait for it runs first.</summary>
    private sealed class SlowBus(Seen seen) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await Task.WhenAny(seen.BusWasUp.Task, Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken));
            seen.BusIsUp = true;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
