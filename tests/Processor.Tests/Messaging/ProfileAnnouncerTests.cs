using System.Collections.Concurrent;
using System.Reflection;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Messaging;
using Pipeline.Processor.Processing;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;
using ManualTime = Pipeline.Processor.Tests.Scanning.ManualTime;

namespace Pipeline.Processor.Tests.Messaging;

public sealed class ProfileAnnouncerTests : IAsyncLifetime
{
    private ImagingOptions Imaging { get; } = new()
    {
        Profiles = new Dictionary<string, Profile>(StringComparer.Ordinal) { ["web"] = new(), ["avatar"] = new() { Background = "#000000" } },
    };

    private readonly TempFolder _folder = new();

    private readonly ManualTime _time = new();
    private readonly StartedHost _host = new();
    private readonly ConcurrentQueue<ProfilesAnnounced> _told = new();
    private readonly CancellationTokenSource _end = new();
    private Func<int, Task> _publish = _ => Task.CompletedTask;
    private int _tries;
    private ProfileAnnouncer _announcer = null!;

    public Task InitializeAsync()
    {
        _announcer = new ProfileAnnouncer(
            Fake.That<IBus>((_, args) => PublishAsync((ProfilesAnnounced)args[0]!)),
            Fake.That<IImageEngine>((_, _) => "engine 1"),
            Options.Create(Imaging),
            NoWatermarks(),
            Options.Create(new MessagingOptions()),
            _host,
            _time,
            NullLogger<ProfileAnnouncer>.Instance);
        return _announcer.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _announcer.StopAsync(CancellationToken.None);
        _announcer.ExecuteTask.ShouldNotBeNull().IsFaulted.ShouldBeFalse("nothing that the bus does may end the host");
        _announcer.Dispose();
        _host.Dispose();
        _folder.Dispose();
        await _end.CancelAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task All_profiles_are_told_with_the_fingerprints_that_their_assets_carry()
    {
        _host.Start();
        await Told(1);

        _told.TryPeek(out var news).ShouldBeTrue();
        news!.Engine.ShouldBe("engine 1");
        news.Instance.ShouldNotBeNull().ShouldNotBe(Guid.Empty);
        (news.Concurrency, news.ReprocessConcurrency).ShouldBe((Environment.ProcessorCount + 1, 2));
        news.Profiles.Select(p => (p.Name, p.Fingerprint)).ShouldBe(Imaging.Profiles.Select(p => (p.Key, Recipe.Fingerprint(p.Value, "engine 1", watermarkSha256: null))));
    }

    [Fact]
    public async Task A_profile_whose_watermark_is_missing_is_left_out()
    {
        Imaging.Profiles = new Dictionary<string, Profile>(Imaging.Profiles, StringComparer.Ordinal)
        {
            ["marked"] = new() { Watermark = new Watermark { Key = "missing.png" } },
        };

        _host.Start();
        await Told(1);

        _told.TryPeek(out var news).ShouldBeTrue();
        news!.Profiles.Select(p => p.Name).ShouldBe(["web", "avatar"]);
    }

    [Fact]
    public async Task Before_the_host_has_started_nothing_is_told_as_the_bus_would_drop_it()
    {
        _time.Advance(ProfileAnnouncer.Interval);
        _tries.ShouldBe(0);

        _host.Start();

        await Told(1);
    }

    [Fact]
    public async Task They_are_told_again_and_again()
    {
        _host.Start();

        _ = _time.AdvanceForEver(ProfileAnnouncer.Interval, _end.Token);

        await Told(3);
    }

    [Fact]
    public async Task A_worker_that_stops_says_so_before_the_bus_stops()
    {
        _host.Start();
        await Told(1);

        await _announcer.StoppingAsync(CancellationToken.None);

        var told = _told.ToList();
        told.Select(news => news.IsLeaving).ShouldBe([false, true]);
        told[1].Instance.ShouldBe(told[0].Instance);
        told[1].Profiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bus_that_never_answers_does_not_hold_up_the_stop()
    {
        _host.Start();
        await Told(1);
        _publish = _ => new TaskCompletionSource().Task;
        _ = _time.AdvanceForEver(ProfileAnnouncer.StopTimeout, _end.Token);

        await _announcer.StoppingAsync(CancellationToken.None);

        _told.Last().IsLeaving.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_never_started_has_nothing_to_leave()
    {
        await _announcer.StoppingAsync(CancellationToken.None);

        _tries.ShouldBe(0);
    }

    /// <summary>A publish in progress when a broker died never returned.</summary>
    [Fact]
    public async Task A_bus_that_breaks_or_never_answers_is_tried_again()
    {
        _publish = attempt => attempt switch
        {
            1 => Task.FromException(new InvalidOperationException("the broker is gone")),
            2 => new TaskCompletionSource().Task,
            _ => Task.CompletedTask,
        };
        _host.Start();

        _ = _time.AdvanceForEver(ProfileAnnouncer.AfterFailure, _end.Token);

        await Told(1);
        _tries.ShouldBeGreaterThanOrEqualTo(3);
    }

    private WatermarkStore NoWatermarks()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        var store = new DiskObjectStore(disk, TimeProvider.System);
        return new WatermarkStore(StorageAreas.Shared(store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost")));
    }

    private Task Told(int times) => Eventually.True(() => _told.Count >= times, $"the profiles were told {times} times");

    private async Task PublishAsync(ProfilesAnnounced news)
    {
        await _publish(Interlocked.Increment(ref _tries));
        _told.Enqueue(news);
    }

    /// <summary>Returns the same result for every call.</summary>
    public class Fake : DispatchProxy
    {
        private Func<MethodInfo, object?[], object?>? _answer;

        public static T That<T>(Func<MethodInfo, object?[], object?> answer)
            where T : class
        {
            var fake = Create<T, Fake>();
            ((Fake)(object)fake)._answer = answer;
            return fake;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer!(targetMethod!, args ?? []);
    }

    private sealed class StartedHost : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _started = new();

        public CancellationToken ApplicationStarted => _started.Token;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void Start() => _started.Cancel();

        public void StopApplication() => throw new InvalidOperationException("The announcer must not end the host.");

        public void Dispose() => _started.Dispose();
    }
}
