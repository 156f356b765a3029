using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Events;

public sealed class EventLogTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Each_event_has_the_version_of_the_row_that_it_made()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Started(Some.Started(a), _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), _room.Now));

        var events = await EventsAsync();

        events.Select(e => e.Kind).ShouldBe([AssetEventKind.Created, AssetEventKind.Confirmed, AssetEventKind.Started, AssetEventKind.Scanned, AssetEventKind.Ready]);
        events.Select(e => e.Sequence).ShouldBe([1, 2, 3, 4, 5]);
        (await _room.RowAsync(asset.Id)).Version.ShouldBe(5);
    }

    [Fact]
    public async Task A_change_without_an_event_leaves_a_gap_and_no_number_twice()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.TidyFrom(_room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));

        (await EventsAsync()).Select(e => e.Sequence).ShouldBe([1, 2, 4]);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_turn_the_order_of_events()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now.AddMinutes(-5)));

        var events = await EventsAsync();

        events[^1].At.ShouldBe(events[0].At);
    }

    [Fact]
    public async Task An_event_is_of_the_owner_and_tenant_of_its_asset()
    {
        await _room.AddAsync(Some.Upload(_room.Now, owner: "eve", tenant: "acme"));

        var created = (await EventsAsync()).ShouldHaveSingleItem();

        (created.TenantId, created.OwnerId, created.Sentence()).ShouldBe(("acme", "eve", "An upload of 3 bytes of image/jpeg was requested."));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"engine":7}""")]
    public async Task Details_that_someone_has_edited_fail_no_timeline(string? data)
    {
        await _room.AddReadyAsync();
        await using var db = _room.Open();
        await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlAsync(db.Database, $"UPDATE asset_events SET Data = {data} WHERE Kind = 'ready'");

        (await EventsAsync()).Single(e => e.Kind == AssetEventKind.Ready).Sentence().ShouldContain("cannot be read");
    }

    [Fact]
    public void Every_kind_has_a_word_that_is_read_back() =>
        Enum.GetValues<AssetEventKind>().ShouldAllBe(kind => AssetEvent.KindOf(AssetEvent.Word(kind)) == kind);

    private async Task<List<AssetEvent>> EventsAsync()
    {
        await using var db = _room.Open();
        return [.. db.Events.OrderBy(e => e.Sequence)];
    }
}
