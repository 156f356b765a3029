using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

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

    [Fact]
    public async Task A_timed_sweep_with_nothing_due_only_looks_for_half_a_minute()
    {
        using var room = new Backroom();
        var (sweep, time, looks) = (new CountedSweep(), new WatchedTime(), 0);
        await using var services = new ServiceCollection().AddLogging().AddSingleton(sweep).AddScoped<AssetDbContext>(_ => room.Open()).BuildServiceProvider();
        var scopes = services.GetRequiredService<IServiceScopeFactory>();
        using var runner = new SweepRunner<CountedSweep>(scopes, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<CountedSweep>.Instance);
        var signal = new SweepSignal<CountedSweep>();
        using var timed = new SignalledSweep<CountedSweep>(
            signal, runner, new StartedHost(), new SweepInterval(TimeSpan.FromSeconds(5)), time, new DueLook(scopes, time), new SweepDue<CountedSweep>(due => ++looks > 0 && due.Cleanups));
        await time.NextWaitAsync(() => timed.StartAsync(default));
        (sweep.Runs, looks).ShouldBe((1, 0), "it runs at the start");

        for (var i = 1; i <= 5; i++)
        {
            await TickAsync();
            (sweep.Runs, looks).ShouldBe((1, i));
        }

        await TickAsync();
        (sweep.Runs, looks).ShouldBe((2, 5), "it runs in any case");
        await time.NextWaitAsync(signal.Raise);
        (sweep.Runs, looks).ShouldBe((3, 5), "a signal needs no look");

        await using (var db = room.Open())
        {
            var asset = Some.Upload(time.GetUtcNow());
            db.Assets.Add(asset);
            db.Entry(asset).Property(a => a.TidyAt).CurrentValue = time.GetUtcNow().AddSeconds(7);
            await db.SaveChangesAsync();
        }

        await TickAsync();
        (sweep.Runs, looks).ShouldBe((3, 6), "not yet due");
        await TickAsync();
        (sweep.Runs, looks).ShouldBe((4, 7), "due");
        await timed.StopAsync(default);

        Task TickAsync() => time.NextWaitAsync(() => time.Advance(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task A_timed_sweep_runs_if_the_look_fails()
    {
        var (sweep, time) = (new CountedSweep(), new WatchedTime());
        await using var services = new ServiceCollection().AddLogging().AddSingleton(sweep).BuildServiceProvider();
        var scopes = services.GetRequiredService<IServiceScopeFactory>();
        using var runner = new SweepRunner<CountedSweep>(scopes, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<CountedSweep>.Instance);
        using var timed = new SignalledSweep<CountedSweep>(
            new SweepSignal<CountedSweep>(), runner, new StartedHost(), new SweepInterval(TimeSpan.FromSeconds(5)), time, new DueLook(scopes, time), new SweepDue<CountedSweep>(_ => false));
        await time.NextWaitAsync(() => timed.StartAsync(default));

        await time.NextWaitAsync(() => time.Advance(TimeSpan.FromSeconds(5)));

        sweep.Runs.ShouldBe(2, "no database is there");
        await timed.StopAsync(default);
    }

    /// <summary>A clock that moves only when the test advances it, and knows when a loop waits for it.</summary>
    private sealed class WatchedTime() : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
    {
        private int _timers;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }

        /// <summary>Returns when the loop waits again after this.</summary>
        public Task NextWaitAsync(Action act) => NextWaitAsync(() =>
        {
            act();
            return Task.CompletedTask;
        });

        public async Task NextWaitAsync(Func<Task> act)
        {
            var before = Volatile.Read(ref _timers);
            await act();
            await Eventually.True(() => Volatile.Read(ref _timers) > before, "the loop waits again");
        }
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
