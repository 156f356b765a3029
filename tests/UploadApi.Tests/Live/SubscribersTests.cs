using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

public sealed class SubscribersTests : IDisposable
{
    private static readonly Caller Ada = new(Some.Owner);
    private readonly Backroom _room = new();
    private readonly Clock _clock = new();
    private readonly Subscribers _subscribers;

    public SubscribersTests()
    {
        _subscribers = new Subscribers(_clock);
        _subscribers.TryMoveTo(0).ShouldBeTrue();
    }

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_full_queue_cuts_the_reader_off_and_the_others_hear_on()
    {
        using var slow = await AddAsync(StreamScope.Own);
        using var quick = await AddAsync(StreamScope.Own);
        var (events, frames) = await ReadyAsync();

        for (var i = 0; i <= Subscription.Capacity / 2; i++)
        {
            _subscribers.TryDeliver(events, frames).ShouldBeEmpty();
            while (quick.Frames.TryRead(out _)) { }
        }

        slow.CutOff.IsCancellationRequested.ShouldBeTrue();
        quick.CutOff.IsCancellationRequested.ShouldBeFalse();
        quick.Frames.Completion.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_reader_that_joins_while_messages_are_made_misses_none()
    {
        var (events, frames) = await ReadyAsync();
        using var late = await AddAsync(StreamScope.OfAsset(events[0].AssetId));

        _subscribers.TryDeliver(events, new Dictionary<long, EventFrame>()).ShouldBe(events);
        _subscribers.Position.ShouldBe(0);
        _subscribers.TryDeliver(events, frames).ShouldBeEmpty();

        late.Frames.Count.ShouldBe(events.Count);
        _subscribers.Position.ShouldBe(events[^1].Position!.Value);
    }

    [Fact]
    public async Task Events_without_a_reader_are_passed_over()
    {
        var (events, _) = await ReadyAsync();
        using var other = await _subscribers.AddAsync(new Caller("bob"), StreamScope.Own, DateTimeOffset.MaxValue, default);

        _subscribers.TryMoveTo(events[^1].Position!.Value).ShouldBeFalse("bob may have events there");
        _subscribers.TryDeliver(events, new Dictionary<long, EventFrame>()).ShouldBeEmpty();

        other.Frames.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_quiet_stream_gets_a_comment_within_15_seconds_of_its_last_byte()
    {
        using var stream = await AddAsync(StreamScope.Own);
        Pace(seconds: 13);
        stream.Frames.Count.ShouldBe(0);
        stream.WasSent();
        Pace(seconds: 13);
        stream.Frames.Count.ShouldBe(0);

        Pace(seconds: 2);

        stream.Frames.TryRead(out var frame).ShouldBeTrue();
        frame.ShouldBe(EventFrame.Heartbeat);
        Pace(seconds: 60);
        stream.Frames.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_expires()
    {
        using var stream = await _subscribers.AddAsync(Ada, StreamScope.Own, _clock.GetUtcNow().AddSeconds(10), default);
        Pace(seconds: 9);
        stream.Frames.Completion.IsCompleted.ShouldBeFalse();

        Pace(seconds: 1);

        await stream.Frames.Completion;
        stream.CutOff.IsCancellationRequested.ShouldBeFalse("the response ends in order");
    }

    [Fact]
    public async Task When_the_host_stops_all_streams_end_and_new_ones_too()
    {
        using var stream = await AddAsync(StreamScope.Own);

        _subscribers.Stop();

        await stream.Frames.Completion;
        using var late = await AddAsync(StreamScope.Own);
        await late.Frames.Completion;
    }

    [Fact]
    public async Task A_feed_that_was_restored_from_a_backup_ends_the_streams_and_is_followed_again()
    {
        using var stream = await AddAsync(StreamScope.Own);
        var (events, frames) = await ReadyAsync();
        _subscribers.TryDeliver(events, frames);

        _subscribers.TryMoveTo(1).ShouldBeTrue();

        _subscribers.Position.ShouldBe(1);
        while (stream.Frames.TryRead(out _)) { }
        await stream.Frames.Completion;
    }

    [Fact]
    public async Task A_step_needs_an_asset_in_work_that_a_stream_of_its_owner_shows()
    {
        using var bob = await _subscribers.AddAsync(new Caller("bob"), StreamScope.Own, DateTimeOffset.MaxValue, default);
        using var ada = await AddAsync(StreamScope.Own);
        var asset = Guid.NewGuid();

        Step();
        ada.Frames.Count.ShouldBe(0);
        _subscribers.Learn(Ada, [(asset, null)]);
        Step();

        (ada.Frames.Count, bob.Frames.Count).ShouldBe((1, 0));

        void Step() => _subscribers.Show(asset, () => EventFrame.Of(new StepReport(asset, 1, "scan"), _clock.GetUtcNow()));
    }

    private Task<Subscription> AddAsync(StreamScope scope) => _subscribers.AddAsync(Ada, scope, DateTimeOffset.MaxValue, default);

    private void Pace(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _clock.Seconds++;
            _subscribers.Pace(_clock.GetUtcNow());
        }
    }

    private async Task<(List<AssetEvent> Events, Dictionary<long, EventFrame> Frames)> ReadyAsync()
    {
        await _room.AddReadyAsync();
        await using var db = _room.Open();
        var feed = new EventFeed(db, new LocalEventSignal(), TimeProvider.System);
        await feed.RunAsync(default);
        var events = await feed.ReadAsync(0, 100, default);
        return (events, events.ToDictionary(e => e.Position!.Value, _ => new EventFrame([])));
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(Seconds);
    }
}
