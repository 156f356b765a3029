using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Messaging;
using Pipeline.Processor.Processing;
using Pipeline.TestKit;
using ManualTime = Pipeline.Processor.Tests.Scanning.ManualTime;

namespace Pipeline.Processor.Tests.Messaging;

/// <summary>
/// A worker reported its start and then waited for the megapixels of other images; after five minutes it counted as dead, and its image as
/// one that crashes workers.
/// </summary>
public sealed class WorkSignalsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<object> _told = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_request_that_a_worker_has_in_hand_gives_signs_of_life_until_its_end()
    {
        await using (var signals = Signals((message, _) => Take(message)))
        {
            signals.BeginHeartbeat();
            for (var i = 1; i <= 3; i++)
            {
                await MovedAsync(i);
                _told.ShouldAllBe(message => message is ProcessingContinues);
            }
        }

        var count = _told.Count;
        _time.Advance(Interval * 5);
        _told.Count.ShouldBe(count);
    }

    [Fact]
    public async Task A_bus_that_takes_no_sign_of_life_is_given_the_next_one()
    {
        var tries = 0;
        await using var signals = Signals((message, _) => Interlocked.Increment(ref tries) <= 2 ? throw new TimeoutException() : Take(message));
        signals.BeginHeartbeat();

        await MovedAsync(1);
        Volatile.Read(ref tries).ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task That_work_began_is_told_once()
    {
        await using var signals = Signals((message, _) => Take(message));

        signals.Begin();
        signals.Begin();
        await signals.StartedAsync();

        _told.ShouldHaveSingleItem().ShouldBeOfType<ProcessingStarted>();
    }

    [Fact]
    public async Task Steps_that_people_see_are_told_in_their_order()
    {
        await using var signals = Signals(async (message, _) =>
        {
            await Task.Yield();
            _told.Enqueue(message);
        });

        foreach (var step in (string[])["fetch", "scan", "open", "render", "freeze", "publish"]) signals.ReportStep(step);

        await Eventually.True(() => _told.Count == ProcessingStep.All.Count, "each step is told");
        _told.Cast<ProcessingContinues>().Select(message => message.Step).ShouldBe(ProcessingStep.All);
    }

    [Fact]
    public async Task A_step_that_the_bus_does_not_take_disturbs_nothing()
    {
        var signals = Signals((_, _) => throw new TimeoutException());

        signals.ReportStep("scan");

        await signals.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_image_that_waits_for_its_turn_has_not_begun()
    {
        using var folder = new TempFolder();
        using var budget = new MegapixelBudget(Options.Create(new ImageLimits { MaxMegapixels = 100, MegapixelsInFlight = 100 }));
        var step = new RenderStep(new InstantEngine(), budget, new WatermarkStore(null!));
        var before = await budget.EnterAsync(new ImageFacts("image/jpeg", 10_000, 10_000, 1), default);
        var begun = 0;

        using var workspace = new Workspace(folder["work"]);
        var rendered = step.RunAsync(Request, new FetchedFile("a", 1, "00"), workspace, new Profile(), _ => Task.FromResult(begun++), default);
        begun.ShouldBe(0);

        before.Dispose();
        await rendered;
        begun.ShouldBe(1);
    }

    private WorkSignals Signals(Func<object, CancellationToken, Task> publish) => new(Request, publish, Interval, _time, NullLogger.Instance, default);

    private Task Take(object message)
    {
        _told.Enqueue(message);
        return Task.CompletedTask;
    }

    private Task MovedAsync(int count) => Eventually.True(
        () =>
        {
            if (_told.Count < count) _time.Advance(Interval);
            return _told.Count >= count;
        },
        $"sign of life {count}");

    private static UploadConfirmed Request => new()
    {
        AssetId = Guid.CreateVersion7(),
        Revision = 1,
        Attempt = 1,
        Profile = "web",
        Source = new SourceObject { Area = SourceArea.Incoming, Key = "uploads/a/1-00.jpg", ETag = "e", Size = 1, ClaimedType = "image/jpeg" },
    };

    private sealed class InstantEngine : IImageEngine, IOpenImage
    {
        public string Version => "engine 1";

        public ImageFacts Facts { get; } = new("image/jpeg", 8000, 8000, 1);

        public Task<StepResult<IOpenImage>> OpenAsync(string path, CancellationToken cancellationToken) =>
            Task.FromResult<StepResult<IOpenImage>>(this);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<StepResult<Rendering>> RenderAsync(RenderRequest request, CancellationToken cancellationToken) =>
            Task.FromResult<StepResult<Rendering>>(new Rejection(RejectionCode.Corrupt, "It is enough that it began."));
    }
}
