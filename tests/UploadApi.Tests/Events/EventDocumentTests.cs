using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Events;

/// <summary>What clients get of an event, on whichever road.</summary>
public sealed class EventDocumentTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Each_event_shows_the_asset_of_its_time_however_late_it_is_read()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Started(Some.Started(a), _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));

        var documents = await DocumentsAsync();

        documents.Select(d => (string?)d["type"]).ShouldBe(["asset.queued", "asset.processing", "asset.ready", "asset.queued"]);
        documents.Select(d => (string?)d["data"]!["status"]).ShouldBe(["queued", "processing", "ready", "ready"]);
        documents.Select(d => d["data"]!["variants"]!.AsArray().Count > 0).ShouldBe([false, false, true, true]);
        documents.Select(d => (string?)d["data"]!["work"]?["status"]).ShouldBe([null, null, null, "queued"]);
        documents.Select(d => (int)d["sequence"]!).ShouldBeInOrder();
    }

    [Fact]
    public async Task Its_data_is_what_a_read_shows()
    {
        _room.Time.Advance(TimeSpan.FromTicks(7)); // finer than the columns
        var ready = await _room.AddReadyAsync();
        var shown = JsonSerializer.SerializeToNode(AssetView.Of(await _room.RowAsync(ready.Id), _room.Areas(), stale: null), EventDocuments.Json);

        var document = (await DocumentsAsync())[^1];

        JsonNode.DeepEquals(document["data"], shown).ShouldBeTrue($"{document["data"]}\n{shown}");
    }

    [Fact]
    public async Task A_deleted_asset_leaves_no_personal_data_in_its_earlier_events()
    {
        var ready = await _room.AddReadyAsync();
        await _room.ChangeAsync(ready.Id, a => a.Delete(_room.Now));

        var documents = await DocumentsAsync();

        documents.Select(d => (string?)d["type"]).ShouldBe(["asset.queued", "asset.ready", "asset.deleted"]);
        foreach (var document in documents.SkipLast(1)) document["data"]!.AsObject().Select(field => field.Key).ShouldBe(["id"]);
        documents[^1]["data"]!["status"]!.ToString().ShouldBe("deleted");
        documents.ShouldAllBe(d => !d.ToJsonString().Contains("cat.jpg"));
    }

    [Fact]
    public async Task A_retry_and_the_revision_that_follows_it_are_one_change_of_the_status()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Started(Some.Started(a), _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Focus(new Contracts.FocalPoint { X = 0, Y = 1 }, _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.AttemptFailed(Some.Failed(a), _room.Retries, _room.Now));

        var documents = await DocumentsAsync();

        documents.Select(d => (string?)d["type"]).ShouldBe(["asset.queued", "asset.processing", "asset.queued"]);
        documents[^1]["data"]!["focalPoint"]!["x"]!.GetValue<double>().ShouldBe(0);
    }

    [Fact]
    public async Task A_document_has_at_most_20_KB()
    {
        await _room.AddReadyAsync(ready => ready with
        {
            Variants = [.. Enumerable.Range(0, 200).Select(i => ready.Variants[0] with { Name = $"w{i}" })],
        });

        await using var db = _room.Open();
        await new EventFeed(db, new LocalEventSignal(), _room.Time).RunAsync(default);
        var document = (await Documents(db).OfAsync(await db.Events.Where(e => e.Position > 0).OrderBy(e => e.Position).ToListAsync(), default))[^1];

        document.Json.Length.ShouldBeInRange(10_000, EventDocuments.MaxBytes);
        document.Data["truncated"]!.GetValue<bool>().ShouldBeTrue();
        document.Data["variants"]!.AsArray().Select(v => (string?)v!["name"]).Take(3).ShouldBe(["w0", "w1", "w2"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"status":"Odd"}""")]
    public async Task A_stored_state_that_someone_has_edited_fails_no_reader(string snapshot)
    {
        var ready = await _room.AddReadyAsync();
        await using (var db = _room.Open()) await db.Database.ExecuteSqlAsync($"UPDATE asset_events SET Snapshot = {snapshot} WHERE Kind = 'ready'");

        (await DocumentsAsync())[^1]["data"]!["id"]!.ToString().ShouldBe(ready.Id.ToString());
    }

    [Fact]
    public void An_id_is_read_as_it_is_written()
    {
        var id = new EventId(Guid.CreateVersion7(), 12);

        EventId.TryParse(id.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(id);
        foreach (var wrong in (string?[])[null, "", "evt_", "evt__1", $"{id}_1", $"{id}x", id.ToString().Replace("_12", "_-1", StringComparison.Ordinal), "evt_" + Guid.Empty + "_1"])
            EventId.TryParse(wrong, out _).ShouldBeFalse(wrong);
    }

    private EventDocuments Documents(AssetDbContext db) => new(new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), _room.Areas());

    private async Task<List<JsonNode>> DocumentsAsync()
    {
        await using var db = _room.Open();
        await new EventFeed(db, new LocalEventSignal(), _room.Time).RunAsync(default);
        var events = await db.Events.Where(e => e.Position > 0).OrderBy(e => e.Position).ToListAsync();
        return [.. (await Documents(db).OfAsync(events, default)).Select(d => JsonNode.Parse(d.Json)!)];
    }
}
