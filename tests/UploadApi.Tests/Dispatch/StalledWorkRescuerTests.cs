using Pipeline.Assets;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Dispatch;

public sealed class StalledWorkRescuerTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_worker_that_falls_silent_loses_its_attempt()
    {
        var asset = await AddStartedAsync();

        _room.Time.Advance(TimeSpan.FromSeconds(_room.Dispatch.SilenceSeconds - 1));
        await _room.RescueAsync();
        (await _room.RowAsync(asset.Id)).Attempt.ShouldBe(1, "it still has a second");

        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await _room.RescueAsync();
        var row = await _room.RowAsync(asset.Id);
        (row.Status, row.Attempt, row.FailureCode).ShouldBe((AssetStatus.Queued, 2, FailureCode.WorkerLost));
    }

    [Fact]
    public async Task A_worker_that_is_always_lost_ends_in_failed()
    {
        _room.Dispatch.MaxAttempts = 1;
        var asset = await AddStartedAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Dispatch.SilenceSeconds));

        await _room.RescueAsync();

        var row = await _room.RowAsync(asset.Id);
        (row.Status, row.Work).ShouldBe((AssetStatus.Failed, WorkState.Idle));
    }

    [Fact]
    public async Task A_request_that_nobody_takes_is_given_again()
    {
        var asset = await AddGivenAsync();

        _room.Time.Advance(TimeSpan.FromSeconds(_room.Dispatch.UntakenSeconds - 1));
        await _room.RescueAsync();
        (await _room.RowAsync(asset.Id)).DispatchAt.ShouldBeNull();

        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await _room.RescueAsync();
        var row = await _room.RowAsync(asset.Id);
        (row.DispatchAt, row.Attempt).ShouldBe((_room.Now, 1));
    }

    [Fact]
    public async Task A_request_whose_queue_is_long_waits_for_its_turn_and_is_not_given_again()
    {
        var upload = await AddGivenAsync();
        var reprocessing = await _room.AddAsync(
            a => a.Confirm(Some.ETag, null, _room.Now), a => a.MarkReady(Some.Ready(a), _room.Now), a => a.Reprocess(_room.Now), a => a.Dispatched(2, 1, _room.Now));
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Dispatch.UntakenSeconds));

        _room.Backlog.Waiting.Add(QueueNames.Reprocess);
        await _room.RescueAsync();
        (await _room.RowAsync(upload.Id)).DispatchAt.ShouldBe(_room.Now, "its own queue is empty");
        (await _room.RowAsync(reprocessing.Id)).DispatchAt.ShouldBeNull();

        _room.Backlog.Waiting.Clear();
        await _room.RescueAsync();
        (await _room.RowAsync(reprocessing.Id)).DispatchAt.ShouldBe(_room.Now);
    }

    [Fact]
    public async Task What_has_news_or_is_done_is_left_alone()
    {
        var ready = await _room.AddReadyAsync();
        _room.Time.Advance(TimeSpan.FromHours(1));
        var fresh = await AddStartedAsync();

        await _room.RescueAsync();

        (await _room.RowAsync(ready.Id)).Version.ShouldBe(ready.Version);
        (await _room.RowAsync(fresh.Id)).Version.ShouldBe(fresh.Version);
    }

    [Fact]
    public async Task After_a_bus_that_forgot_everything_all_that_it_had_is_due_at_once()
    {
        var started = await AddStartedAsync();
        var given = await AddGivenAsync();
        var ready = await _room.AddReadyAsync();

        await _room.RescueAsync(all: true);

        var row = await _room.RowAsync(started.Id);
        (row.DispatchAt, row.Attempt).ShouldBe((_room.Now, 2));
        row = await _room.RowAsync(given.Id);
        (row.DispatchAt, row.Attempt).ShouldBe((_room.Now, 1));
        (await _room.RowAsync(ready.Id)).DispatchAt.ShouldBeNull();
    }

    private Task<Asset> AddGivenAsync() => _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.Dispatched(1, 1, _room.Now));

    private Task<Asset> AddStartedAsync() =>
        _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.Started(Some.Started(a), _room.Now));
}
