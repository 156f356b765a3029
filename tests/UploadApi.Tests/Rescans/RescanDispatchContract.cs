using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Rescans;

/// <summary>Lost messages and dead workers: each asset is scanned, and none is counted twice.</summary>
public abstract class RescanDispatchContract : RescanRoom
{
    private protected RescanDispatchContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task A_request_names_the_frozen_original_and_is_published_once()
    {
        var asset = (await AddReadyAsync(1)).Single();
        var run = await RescanAsync();
        await FeedAsync();
        await using var bus = await RequestBus.StartAsync();
        await DispatchAsync(bus);
        await DispatchAsync(bus);

        var request = (await bus.RescansAsync(1)).ShouldHaveSingleItem();
        (request.AssetId, request.RunId, request.Attempt).ShouldBe((asset.Id, run.Id, 1));
        var original = asset.Publication!.Original;
        (request.Source.Area, request.Source.Key, request.Source.ETag, request.Source.Sha256, request.Source.Size).ShouldBe((SourceArea.Originals, original.Key, original.ETag, original.Sha256, original.Size));
    }

    [Fact]
    public async Task Of_the_assets_of_a_page_the_newest_are_sent_first()
    {
        var newest = (await AddReadyAsync(RescanDispatcher.AtOnce + 6)).Select(a => a.Id).OrderDescending().Take(RescanDispatcher.AtOnce);
        var run = await RescanAsync();
        await FeedAsync();
        await using var bus = await RequestBus.StartAsync();
        await DispatchAsync(bus, new Ticking(Time.GetUtcNow()));

        await using var db = Open();
        var sent = (await db.RunItems.Where(i => i.RunId == run.Id).ToListAsync()).GroupBy(i => i.SentAt).OrderBy(group => group.Key).ToList();
        sent.Count.ShouldBe(2, "the dispatcher claims twice");
        sent[0].Select(i => i.AssetId).ShouldBe(newest, ignoreOrder: true);
    }

    [Fact]
    public async Task A_lost_request_is_published_again_once_its_queue_is_empty()
    {
        await AddReadyAsync(2);
        var run = await RescanAsync();
        await FeedAsync();
        await using var bus = await RequestBus.StartAsync();
        await DispatchAsync(bus);
        await bus.RescansAsync(2);
        Backlog.Waiting.Add(QueueNames.Rescans);
        Time.Advance(TimeSpan.FromSeconds(Dispatch.UntakenSeconds + 1));
        await DispatchAsync(bus);
        (await bus.RescansAsync(2)).Count.ShouldBe(2, "they may still be in the queue");

        Backlog.Waiting.Clear();
        Time.Advance(TimeSpan.FromMinutes(2));
        await DispatchAsync(bus);
        (await bus.RescansAsync(4)).Count.ShouldBe(4);
        var mine = await InFlightAsync(run);
        await CleanAsync(run, mine);
        await InfectedAsync(run, mine);
        await FailedAsync(run, mine, FailureCode.SourceMissing);
        await FeedAsync();
        var view = await ViewAsync(run);
        (view.State, view.Progress.Done, view.Progress.Failed).ShouldBe((RunState.Completed, 2, 0), "the first answer counts");
    }

    [Fact]
    public async Task What_a_stopped_bus_in_memory_had_is_sent_again_and_a_file_that_ends_the_process_is_given_up()
    {
        await AddReadyAsync(1);
        var run = await RescanAsync();
        await FeedAsync();
        await using var bus = await RequestBus.StartAsync();
        for (var starts = 1; starts <= 3; starts++)
        {
            await DispatchAsync(bus);
            (await bus.RescansAsync(starts))[^1].Attempt.ShouldBe(starts);
            await using var db = Open();
            await Outcomes(db).ReturnAllAsync(default);
        }

        await FeedAsync();
        var view = await ViewAsync(run);
        (view.State, view.Progress.FailedBy["worker_lost"]).ShouldBe((RunState.Completed, 1));
        (await AssetsAsync()).Single().Status.ShouldBe(AssetStatus.Ready);
    }

    [Fact]
    public async Task An_answer_to_an_earlier_attempt_ends_no_later_one()
    {
        var id = (await AddReadyAsync(1)).Single().Id;
        var run = await RescanAsync();
        await FeedAsync();
        for (var times = 0; times < 3; times++)
        {
            await using var db = Open();
            await Outcomes(db).FailAsync(run.Id, id, attempt: 1, FailureCode.ScannerUnavailable, default);
        }

        await using var read = Open();
        (await read.RunItems.SingleAsync()).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task Answers_of_unknown_runs_or_assets_change_nothing()
    {
        var id = (await AddReadyAsync(1)).Single().Id;
        var run = await RescanAsync();
        await FeedAsync();
        await InfectedAsync(new Run { Id = Guid.NewGuid(), TenantId = "default", Kind = "", State = "", Filter = "", Plan = "", Pace = "", LastId = default, Planned = 0, PlannedBy = "", CreatedAt = default, ExpiresAt = default }, [id]);
        await InfectedAsync(run, [Guid.NewGuid()]);
        (await AssetsAsync()).Single().Status.ShouldBe(AssetStatus.Ready);
        (await ViewAsync(run)).Progress.InFlight.ShouldBe(1);
    }

    // Each question moves it, so that two claims differ.
    private sealed class Ticking(DateTimeOffset start) : TimeProvider
    {
        private int _seconds;

        public override DateTimeOffset GetUtcNow() => start.AddSeconds(_seconds++);
    }
}

public sealed class SqliteRescanDispatchTests() : RescanDispatchContract(UsageDatabase.Sqlite());

public sealed class PostgresRescanDispatchTests() : RescanDispatchContract(UsageDatabase.Postgres());
