using System.Collections.Concurrent;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Dispatch;

/// <summary>An account that sent worst-case files without a pause delayed another account's photo from 0.7 s to 108 s.</summary>
public sealed class OwnerShareTests : IDisposable
{
    private readonly Backroom _room = new();
    private readonly ConcurrentQueue<Guid> _given = new();

    public OwnerShareTests() => _room.Dispatch.InWorkPerOwner = 2;

    private IBus Bus => FakeBus.That((message, _) =>
    {
        _given.Enqueue(((ProcessingRequest)message).AssetId);
        return Task.CompletedTask;
    });

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task An_owner_has_its_share_in_flight_and_another_does_not_wait_behind_the_rest()
    {
        var flood = await AddManyAsync("eve", 50);
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        var other = await _room.AddConfirmedAsync("zoe");

        await _room.DispatchAsync(Bus);

        _given.Count.ShouldBe(3);
        _given.ShouldContain(other.Id);
        _given.Intersect(flood).Count().ShouldBe(2);
    }

    [Fact]
    public async Task What_ends_makes_room_for_the_next_of_its_owner_the_oldest_first()
    {
        var flood = await AddManyAsync("eve", 6);
        await _room.DispatchAsync(Bus);
        _given.ShouldBe(flood.Take(2), ignoreOrder: true);

        await _room.ChangeAsync(flood[0], a => a.MarkReady(Some.Ready(a), _room.Now));
        await _room.DispatchAsync(Bus);
        _given.Skip(2).ShouldBe([flood[2]]);

        await _room.ChangeAsync(flood[1], a => a.AttemptFailed(Some.Failed(a), _room.Retries, _room.Now));
        await _room.ChangeAsync(flood[2], a => a.Delete(_room.Now));
        await _room.DispatchAsync(Bus);
        _given.Skip(3).ShouldBe([flood[3], flood[4]], ignoreOrder: true);
    }

    [Fact]
    public async Task Owners_take_turns_however_many_each_has()
    {
        _room.Dispatch.InWorkPerOwner = 3;
        var (eve, ada) = (await AddManyAsync("eve", 5), await AddManyAsync("ada", 3));

        await _room.DispatchAsync(Bus);

        _given.Take(4).Intersect(ada).Count().ShouldBe(2);
        _given.Intersect(eve).Count().ShouldBe(3);
        _given.Intersect(ada).Count().ShouldBe(3);
    }

    [Fact]
    public async Task Users_of_two_tenants_with_one_id_have_a_share_each()
    {
        foreach (var tenant in (string[])["acme", "zeta", "default"])
            for (var i = 0; i < 5; i++)
                await _room.AddAsync(Some.Upload(_room.Now, owner: "eve", tenant: tenant), a => a.Confirm(Some.ETag, null, _room.Now));

        await _room.DispatchAsync(Bus);

        _given.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Uploads_and_reprocessings_of_an_owner_are_counted_each()
    {
        await AddManyAsync("eve", 3);
        var again = new List<Guid>();
        for (var i = 0; i < 3; i++)
            again.Add((await _room.AddOfAsync("eve", a => a.Confirm(Some.ETag, null, _room.Now), a => a.MarkReady(Some.Ready(a), _room.Now), a => a.Reprocess(_room.Now))).Id);

        await _room.DispatchAsync(Bus);

        (_given.Count, _given.Intersect(again).Count()).ShouldBe((4, 2));
    }

    [Fact]
    public async Task An_owner_whose_requests_the_bus_refuses_keeps_nobody_elses_from_it()
    {
        var refused = await AddManyAsync("aaa", 3);
        var other = await _room.AddConfirmedAsync("zoe");
        var bus = FakeBus.That((message, _) =>
        {
            if (refused.Contains(((ProcessingRequest)message).AssetId)) throw new InvalidOperationException("not this one");
            _given.Enqueue(((ProcessingRequest)message).AssetId);
            return Task.CompletedTask;
        });

        await _room.DispatchAsync(bus);
        await _room.DispatchAsync(bus);

        _given.ShouldBe([other.Id]);
    }

    [Fact]
    public async Task A_request_whose_dispatcher_died_counts_until_its_lease_ends_and_is_then_given_again()
    {
        _room.Dispatch.InWorkPerOwner = 1;
        var flood = await AddManyAsync("eve", 2);
        await _room.ChangeAsync(flood[0], a =>
        {
            a.ClaimDispatch(_room.Now.AddSeconds(30), _room.Now);
            return true;
        });

        await _room.DispatchAsync(Bus);
        _given.ShouldBeEmpty();

        _room.Time.Advance(TimeSpan.FromSeconds(30));
        await _room.DispatchAsync(Bus);
        _given.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_revision_that_was_asked_for_once_more_takes_the_place_of_a_request_that_is_to_be_given_again()
    {
        var asset = await _room.AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now) && a.Dispatched(2, 1, _room.Now) && a.Reprocess(_room.Now) && a.RescueFromQueue(_room.Now));

        await _room.DispatchAsync(Bus);

        var row = await _room.RowAsync(asset.Id);
        (row.Revision, row.OnceMore, row.IsInFlight).ShouldBe((3, false, true));
        row.MarkReady(Some.Ready(row, revision: 2), _room.Now).ShouldBeFalse();
    }

    private async Task<List<Guid>> AddManyAsync(string owner, int count)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await _room.AddConfirmedAsync(owner)).Id);
            _room.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return ids;
    }
}
