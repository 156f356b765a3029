using System.Collections.Concurrent;
using Pipeline.Assets;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Dispatch;

public sealed class DispatcherTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task What_is_due_is_given_to_the_bus_once_and_marked()
    {
        await using var bus = await RequestBus.StartAsync();
        var asset = await _room.AddConfirmedAsync();

        await _room.DispatchAsync(bus.Bus);
        await _room.DispatchAsync(bus.Bus);

        await Eventually.True(() => !bus.Heard.IsEmpty, "the request comes through the bus");
        var request = bus.Heard.ShouldHaveSingleItem().ShouldBeOfType<UploadConfirmed>();
        (request.AssetId, request.Revision, request.Attempt, request.Profile).ShouldBe((asset.Id, 1, 1, "web"));
        request.Source.ShouldBe(new SourceObject
        {
            Area = SourceArea.Incoming,
            Key = asset.IncomingKey,
            ETag = Some.ETag,
            Size = 3,
            ClaimedType = "image/jpeg",
        });
        var row = await _room.RowAsync(asset.Id);
        (row.Work, row.DispatchAt, row.LastHeardAt).ShouldBe((WorkState.Queued, null, (DateTimeOffset?)_room.Now));
    }

    [Fact]
    public async Task A_reprocess_takes_its_own_road_and_starts_from_the_frozen_original()
    {
        await using var bus = await RequestBus.StartAsync();
        var asset = await _room.AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));

        await _room.DispatchAsync(bus.Bus);

        await Eventually.True(() => !bus.Heard.IsEmpty, "the request comes through the bus");
        var request = bus.Heard.ShouldHaveSingleItem().ShouldBeOfType<ReprocessRequested>();
        (request.Revision, request.Source.Area, request.Source.ETag, request.Source.Sha256).ShouldBe((2, SourceArea.Originals, "o1", Some.Sha256));
    }

    [Fact]
    public async Task What_cost_a_worker_its_life_goes_apart_from_all_others()
    {
        var asset = await _room.AddConfirmedAsync();
        await _room.ChangeAsync(asset.Id, a => a.TakeBackPoison(1, 1, _room.Retries, _room.Now));
        var given = new ConcurrentQueue<object>();

        await _room.DispatchAsync(Taking(given));

        var request = given.ShouldHaveSingleItem().ShouldBeOfType<SuspectRequested>();
        (request.AssetId, request.Revision, request.Attempt, request.Source.Key).ShouldBe((asset.Id, 1, 2, asset.IncomingKey));
    }

    [Fact]
    public async Task What_the_bus_did_not_take_is_due_again_in_the_next_run_and_behind_the_others()
    {
        var first = await _room.AddConfirmedAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await _room.AddConfirmedAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await _room.DispatchAsync(FakeBus.That((_, _) => throw new InvalidOperationException("the broker is away")));
        var given = new ConcurrentQueue<object>();

        await _room.DispatchAsync(Taking(given));

        given.Count.ShouldBe(2);
        given.Last().ShouldBeOfType<UploadConfirmed>().AssetId.ShouldBe(first.Id);
    }

    [Fact]
    public async Task What_is_not_due_yet_waits()
    {
        var asset = await _room.AddConfirmedAsync();
        await _room.ChangeAsync(asset.Id, a => a.AttemptFailed(Some.Failed(a), _room.Retries, _room.Now));
        var given = new ConcurrentQueue<object>();

        await _room.DispatchAsync(Taking(given));
        given.ShouldBeEmpty();

        _room.Time.Advance(TimeSpan.FromSeconds(15));
        await _room.DispatchAsync(Taking(given));
        given.ShouldHaveSingleItem().ShouldBeOfType<UploadConfirmed>().Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task All_that_is_due_is_given_in_one_run()
    {
        for (var i = 0; i < 5; i++) await _room.AddConfirmedAsync();
        var given = new ConcurrentQueue<object>();

        await _room.DispatchAsync(Taking(given));

        given.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Two_dispatchers_at_once_give_nothing_twice()
    {
        for (var i = 0; i < 5; i++) await _room.AddConfirmedAsync();
        var given = new ConcurrentQueue<object>();
        var inPublish = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();

        var slow = _room.DispatchAsync(FakeBus.That(async (message, _) =>
        {
            given.Enqueue(message);
            inPublish.TrySetResult();
            await goOn.Task;
        }));
        await inPublish.Task;
        await _room.DispatchAsync(Taking(given));
        goOn.SetResult();
        await slow;

        given.Cast<ProcessingRequest>().Select(r => r.AssetId).Distinct().Count().ShouldBe(5);
        given.Count.ShouldBe(5);
    }

    [Fact]
    public async Task People_who_wait_go_before_a_mass_reprocess_that_was_there_first()
    {
        for (var i = 0; i < 5; i++)
        {
            var ready = await _room.AddReadyAsync();
            await _room.ChangeAsync(ready.Id, a => a.Reprocess(_room.Now));
        }

        _room.Time.Advance(TimeSpan.FromSeconds(1));
        var awaited = await _room.AddConfirmedAsync();
        var given = new ConcurrentQueue<object>();

        await _room.DispatchAsync(Taking(given));

        given.Count.ShouldBe(6);
        given.First().ShouldBeOfType<UploadConfirmed>().AssetId.ShouldBe(awaited.Id);
    }

    [Fact]
    public async Task A_request_that_the_bus_refuses_takes_none_of_its_batch_with_it()
    {
        for (var i = 0; i < 3; i++) await _room.AddConfirmedAsync();
        var given = new ConcurrentQueue<object>();

        // The first is published alone and the others together.
        await _room.DispatchAsync(FakeBus.That((message, _) =>
        {
            given.Enqueue(message);
            return given.Count == 2 ? throw new InvalidOperationException("not this one") : Task.CompletedTask;
        }));

        given.Count.ShouldBe(3);
        var rows = new List<Asset>();
        foreach (var request in given.Cast<ProcessingRequest>()) rows.Add(await _room.RowAsync(request.AssetId));
        rows.ConvertAll(row => row.DispatchAt is null).ShouldBe([true, false, true]);
    }

    [Fact]
    public async Task A_worker_that_is_faster_than_the_mark_costs_no_request_of_the_batch_its_mark()
    {
        for (var i = 0; i < 3; i++) await _room.AddConfirmedAsync();
        var given = new ConcurrentQueue<ProcessingRequest>();

        await _room.DispatchAsync(FakeBus.That(async (message, _) =>
        {
            given.Enqueue((ProcessingRequest)message);
            if (given.Count == 2) await _room.ChangeAsync(given.Last().AssetId, a => a.Started(Some.Started(a), _room.Now));
        }));

        var rows = new List<Asset>();
        foreach (var request in given) rows.Add(await _room.RowAsync(request.AssetId));
        rows.ConvertAll(row => (row.Work, row.DispatchAt)).ShouldBe([(WorkState.Queued, null), (WorkState.Processing, null), (WorkState.Queued, null)]);
    }

    [Fact]
    public async Task A_bus_that_breaks_loses_nothing_and_is_not_asked_for_every_row()
    {
        var first = await _room.AddConfirmedAsync();
        await _room.AddConfirmedAsync();
        var asked = 0;

        await _room.DispatchAsync(FakeBus.That((_, _) =>
        {
            asked++;
            throw new InvalidOperationException("the broker is away");
        }));

        asked.ShouldBe(1);
        (await _room.RowAsync(first.Id)).DispatchAt.ShouldNotBeNull();
        await ShouldBothBeGivenAfterTheLease();
    }

    [Fact]
    public async Task A_bus_that_never_answers_holds_nobody_up()
    {
        _room.Dispatch.PublishTimeoutSeconds = 1;
        var asset = await _room.AddConfirmedAsync();
        await _room.AddConfirmedAsync();

        await _room.DispatchAsync(FakeBus.That((_, _) => new TaskCompletionSource().Task));

        (await _room.RowAsync(asset.Id)).DispatchAt.ShouldNotBeNull();
        await ShouldBothBeGivenAfterTheLease();
    }

    [Fact]
    public async Task A_process_that_dies_between_publish_and_mark_makes_the_request_go_out_again_after_the_lease()
    {
        var asset = await _room.AddConfirmedAsync();
        var given = new ConcurrentQueue<object>();
        using var death = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => _room.DispatchAsync(
            FakeBus.That(async (message, _) =>
            {
                given.Enqueue(message);
                await death.CancelAsync();
            }),
            death.Token));
        await _room.DispatchAsync(Taking(given));
        given.Count.ShouldBe(1, "the lease still holds");

        _room.Time.Advance(TimeSpan.FromSeconds(_room.Dispatch.PublishTimeoutSeconds * 3));
        await _room.DispatchAsync(Taking(given));

        given.Count.ShouldBe(2);
        (await _room.RowAsync(asset.Id)).DispatchAt.ShouldBeNull();
    }

    private static MassTransit.IBus Taking(ConcurrentQueue<object> given) => FakeBus.That((message, _) =>
    {
        given.Enqueue(message);
        return Task.CompletedTask;
    });

    private async Task ShouldBothBeGivenAfterTheLease()
    {
        var given = new ConcurrentQueue<object>();
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Dispatch.PublishTimeoutSeconds * 3));
        await _room.DispatchAsync(Taking(given));
        given.Count.ShouldBe(2);
    }
}
