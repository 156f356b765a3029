using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class AssetStoreTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Twenty_changes_at_once_are_all_made_one_after_the_other()
    {
        var asset = await _room.AddReadyAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(
            () => _room.ChangeAsync(asset.Id, a => a.Focus(new FocalPoint { X = n / 20.0, Y = 0 }, _room.Now)))));

        var row = await _room.RowAsync(asset.Id);
        (row.Revision, row.Version).ShouldBe((21, 44), "four events made the ready asset, and each change adds two");
        (await _room.TimelineAsync(asset.Id)).Count(kind => kind == "focus_set").ShouldBe(20);
    }

    [Fact]
    public async Task Who_loses_a_race_decides_again_on_the_row_that_the_winner_left()
    {
        var asset = await _room.AddAsync();
        var seen = new List<AssetStatus>();

        await using var db = _room.Open();
        var result = await new AssetStore(db).ChangeAsync(
            asset.Id,
            a =>
            {
                seen.Add(a.Status);
                if (seen.Count == 1) _room.ChangeAsync(asset.Id, other => other.Expire(_room.Now)).GetAwaiter().GetResult();
                return a.Confirm("e1", null, _room.Now);
            },
            default);

        seen.ShouldBe([AssetStatus.Pending, AssetStatus.Expired]);
        result.ShouldNotBeNull().Changed.ShouldBeFalse();
        (await _room.TimelineAsync(asset.Id)).ShouldBe(["created", "expired"]);
    }

    [Fact]
    public async Task A_row_that_loses_a_race_keeps_no_other_of_its_batch_from_its_change()
    {
        var (first, second) = (await _room.AddConfirmedAsync(), await _room.AddConfirmedAsync());
        var raced = false;

        await using var db = _room.Open();
        await new AssetStore(db).ChangeEachAsync(
            [first.Id, second.Id],
            a =>
            {
                if (a.Id == second.Id && !raced)
                {
                    raced = true;
                    _room.ChangeAsync(second.Id, other => other.Started(Some.Started(other), _room.Now)).GetAwaiter().GetResult();
                }

                return a.Dispatched(1, 1, _room.Now);
            },
            default);

        (await _room.TimelineAsync(first.Id)).ShouldBe(["created", "confirmed", "dispatched"]);
        (await _room.TimelineAsync(second.Id)).ShouldBe(["created", "confirmed", "started"]);
    }

    [Fact]
    public async Task A_change_that_says_no_writes_nothing()
    {
        var asset = await _room.AddReadyAsync();

        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now) && false);

        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Ready);
    }

    [Fact]
    public async Task An_asset_comes_back_from_the_database_as_it_went_in()
    {
        var asset = await _room.AddReadyAsync();

        var row = await _room.RowAsync(asset.Id);

        System.Text.Json.JsonSerializer.Serialize(row).ShouldBe(System.Text.Json.JsonSerializer.Serialize(asset));
    }

    [Fact]
    public async Task A_user_of_another_tenant_with_the_same_id_finds_neither()
    {
        var asset = await _room.AddAsync();
        await using var db = _room.Open();
        var store = new AssetStore(db);
        var namesake = new Caller("acme", Some.Owner, new HashSet<string>());

        (await store.FindAsync(asset.Id, namesake, default)).ShouldBeNull();
        (await store.FindByKeyAsync(asset.IncomingKey, namesake, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Another_owners_asset_is_found_neither_by_id_nor_by_key()
    {
        var asset = await _room.AddAsync();
        await using var db = _room.Open();
        var store = new AssetStore(db);

        (await store.FindAsync(asset.Id, new Caller("eve"), default)).ShouldBeNull();
        (await store.FindByKeyAsync(asset.IncomingKey, new Caller("eve"), default)).ShouldBeNull();
        (await store.FindByKeyAsync(asset.IncomingKey, new Caller(Some.Owner), default)).ShouldNotBeNull().Id.ShouldBe(asset.Id);
    }
}
