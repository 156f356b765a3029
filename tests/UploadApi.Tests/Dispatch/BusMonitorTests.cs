using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Dispatch;

/// <summary>A broker that froze for five minutes made suspects of all work, although no worker had died: the heartbeats were not delivered.</summary>
public sealed class BusMonitorTests : IDisposable
{
    // The interval between two checks, short enough that the monitor has no gap.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(20);
    private readonly Backroom _room = new();
    private readonly BusMonitor _watch;

    public BusMonitorTests() => _room.Watch = _watch = new BusMonitor(Options.Create(_room.Dispatch));

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_worker_that_is_silent_on_a_bus_that_answers_is_lost()
    {
        var asset = await AddStartedAsync();
        await PassAsync(TimeSpan.FromSeconds(_room.Dispatch.SilenceSeconds) + Step);

        (await _room.RowAsync(asset.Id)).FailureCode.ShouldBe(FailureCode.WorkerLost);
    }

    [Fact]
    public async Task While_the_bus_is_away_nobody_is_lost_and_after_it_everybody_has_time_to_be_heard()
    {
        var asset = await AddStartedAsync();
        _room.Backlog.IsAway = true;
        await PassAsync(TimeSpan.FromHours(1));
        (await _room.RowAsync(asset.Id)).FailureCode.ShouldBeNull();

        _room.Backlog.IsAway = false;
        await PassAsync(_watch.Proof - TimeSpan.FromSeconds(10));
        (await _room.RowAsync(asset.Id)).FailureCode.ShouldBeNull();

        await PassAsync(Step * 3);
        (await _room.RowAsync(asset.Id)).FailureCode.ShouldBe(FailureCode.WorkerLost, "now it has been silent on a bus that answers");
    }

    [Fact]
    public async Task A_bus_that_comes_and_goes_makes_no_suspects()
    {
        var asset = await AddStartedAsync();
        for (var i = 0; i < 20; i++)
        {
            _room.Backlog.IsAway = i % 2 == 0;
            await PassAsync(TimeSpan.FromSeconds(100));
        }

        (await _room.RowAsync(asset.Id)).FailureCode.ShouldBeNull();
    }

    [Fact]
    public async Task News_that_nobody_has_taken_yet_may_be_of_this_worker()
    {
        var asset = await AddStartedAsync();
        _room.Backlog.Waiting.Add(QueueNames.Outcomes);
        await PassAsync(TimeSpan.FromHours(1));

        (await _room.RowAsync(asset.Id)).FailureCode.ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_slept_has_not_watched()
    {
        var asset = await AddStartedAsync();
        _room.Time.Advance(TimeSpan.FromHours(1));
        await PassAsync(TimeSpan.FromSeconds(10));

        (await _room.RowAsync(asset.Id)).FailureCode.ShouldBeNull();
    }

    [Fact]
    public async Task Nobody_asks_the_bus_while_all_workers_are_heard_of()
    {
        var asset = await AddStartedAsync();
        for (var i = 0; i < 10; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(60));
            await HeardAsync(asset);
        }

        _room.Backlog.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task A_sign_of_life_keeps_a_worker_alive_and_leaves_no_line_and_no_version()
    {
        var asset = await AddStartedAsync();
        for (var i = 0; i < 20; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(120));
            await HeardAsync(asset);
        }

        var row = await _room.RowAsync(asset.Id);
        (row.Attempt, row.Version, row.LastHeardAt).ShouldBe((1, asset.Version, _room.Now));
        (await _room.TimelineAsync(asset.Id)).ShouldBe(["created", "confirmed", "started"]);
    }

    [Fact]
    public async Task A_request_that_a_worker_keeps_waiting_is_not_given_again()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.Dispatched(1, 1, _room.Now));
        for (var i = 0; i < 20; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(60));
            await HeardAsync(asset);
        }

        (await _room.TimelineAsync(asset.Id)).ShouldBe(["created", "confirmed", "dispatched"]);
    }

    [Fact]
    public async Task A_sign_of_life_of_an_older_attempt_or_of_what_is_done_changes_nothing()
    {
        var ready = await _room.AddReadyAsync();
        var started = await AddStartedAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));

        await HeardAsync(ready);
        await using (var db = _room.Open()) await new AssetStore(db).HeardOfAsync(started.Id, 1, 2, _room.Now, default);

        (await _room.RowAsync(ready.Id)).LastHeardAt.ShouldBeNull();
        (await _room.RowAsync(started.Id)).LastHeardAt.ShouldBe(started.LastHeardAt);
    }

    private Task<Asset> AddStartedAsync() =>
        _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.Started(Some.Started(a), _room.Now));

    private async Task HeardAsync(Asset asset)
    {
        await using var db = _room.Open();
        await new AssetStore(db).HeardOfAsync(asset.Id, asset.Revision, asset.Attempt, _room.Now, default);
    }

    private async Task PassAsync(TimeSpan all)
    {
        for (var passed = TimeSpan.Zero; passed < all; passed += Step)
        {
            _room.Time.Advance(all - passed < Step ? all - passed : Step);
            await _room.WatchAsync();
            await _room.RescueAsync();
        }
    }
}
