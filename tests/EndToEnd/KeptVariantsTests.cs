using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Pipeline.Storage;
using Pipeline.Storage.Disk;

namespace Pipeline.EndToEnd;

/// <summary>What a reprocess does not change keeps its name, its URL and its object.</summary>
public sealed class KeptVariantsTests
{
    private static readonly (string, string)[] TwoWidths = [("Processor__Profiles__web__Widths__0", "100"), ("Processor__Profiles__web__Widths__1", "200")];

    [Fact]
    public async Task A_new_width_in_the_configuration_makes_its_own_objects_and_touches_no_other()
    {
        await using var server = await Server.StartAsync(TwoWidths);
        using var alice = await server.PersonAsync();
        var before = await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes));
        before.Text("status").ShouldBe("ready");
        var written = Written(server, before.Id);

        (await server.StopAsync()).ShouldBe(0);
        await server.StartAgainAsync(("Processor__Profiles__web__Widths__2", "150"));
        var after = await ReprocessAsync(alice, before.Id);

        Variants(after).Select(v => v["name"]!.ToString()).ShouldBe(["w100", "w100", "w150", "w150", "w200", "w200"]);
        Variants(after).Where(v => v["name"]!.ToString() != "w150").Select(v => v.ToJsonString()).ShouldBe(Variants(before).Select(v => v.ToJsonString()));
        Written(server, before.Id).Count.ShouldBe(6);
        written.ShouldBeSubsetOf(Written(server, before.Id));
        await ShouldBeServedAsync(after);
    }

    /// <summary>The version before wrote keys without the two hex digits, and no recipes of single variants.</summary>
    [Fact]
    public async Task Objects_of_the_version_before_are_served_kept_repaired_and_deleted()
    {
        await using var server = await Server.StartAsync(TwoWidths);
        using var alice = await server.PersonAsync();
        var id = await alice.UploadAsync(CameraPhoto.Bytes);
        (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");
        (await server.StopAsync()).ShouldBe(0);
        await MoveToTheVersionBeforeAsync(server, id);
        await server.StartAgainAsync();
        var before = await alice.AssetAsync(id);
        Variants(before).ShouldAllBe(v => v["key"]!.ToString().StartsWith($"assets/{id}/", StringComparison.Ordinal));
        await ShouldBeServedAsync(before);

        var repaired = await ReprocessAsync(alice, id);
        Variants(repaired).Select(v => v["key"]!.ToString()).ShouldBe(Variants(before).Select(v => v["key"]!.ToString()));

        (await server.StopAsync()).ShouldBe(0);
        await server.StartAgainAsync(("Processor__Profiles__web__Widths__2", "150"));
        var wider = await ReprocessAsync(alice, id);
        Variants(wider).Select(v => v["key"]!.ToString()).Intersect(Variants(before).Select(v => v["key"]!.ToString())).Count().ShouldBe(4);
        await ShouldBeServedAsync(wider);

        (await alice.DeleteAsync($"/api/assets/{id}")).Status.ShouldBe(204);
        await Eventually.True(() => server.Objects(id, "uploads/none").Count == 0, "the objects of both layouts go");
    }

    private static async Task<Answer> ReprocessAsync(Person person, Guid id)
    {
        var asked = await person.PostAsync($"/api/assets/{id}/reprocess");
        asked.Status.ShouldBe(202);
        Answer? asset = null;
        await Eventually.True(async () => (asset = await person.AssetAsync(id)).Text("revision") == asked.Text("revision"), "the revision is published");
        return asset!;
    }

    private static IReadOnlyList<JsonNode> Variants(Answer asset) => [.. asset.Json["variants"]!.AsArray().Select(v => v!)];

    private static List<(string Path, DateTime At)> Written(Server server, Guid id) =>
        [.. server.Published(id).Select(path => (path, File.GetLastWriteTimeUtc(path)))];

    private static async Task ShouldBeServedAsync(Answer asset)
    {
        using var browser = new HttpClient();
        foreach (var variant in Variants(asset))
        {
            var bytes = await browser.GetByteArrayAsync(new Uri(variant["url"]!.ToString()));
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)).ShouldBe(variant["sha256"]!.ToString());
        }
    }

    private static async Task MoveToTheVersionBeforeAsync(Server server, Guid id)
    {
        using var store = new DiskObjectStore(
            Options.Create(new DiskStorageOptions { Root = Path.Combine(server.DataFolder, "objects") }), TimeProvider.System);
        await using var database = new SqliteConnection($"Data Source={Path.Combine(server.DataFolder, "assets.db")};Pooling=False");
        await database.OpenAsync();
        await using var read = database.CreateCommand();
        read.CommandText = "SELECT \"Publication\" FROM assets";
        var publication = JsonNode.Parse((string)(await read.ExecuteScalarAsync())!)!;
        var original = publication["original"]!;
        var frozen = await MoveAsync(original["key"]!.ToString(), ObjectKey.Original(id, original["sha256"]!.ToString(), layout: KeyLayout.Flat));
        (original["key"], original["eTag"]) = (frozen.Key, frozen.ETag);
        foreach (var variant in publication["variants"]!.AsArray())
        {
            var key = variant!["key"]!.ToString();
            var (name, extension) = (variant["name"]!.ToString(), Path.GetExtension(key)[1..]);
            variant["key"] = (await MoveAsync(key, ObjectKey.Variant(id, publication["recipe"]!.ToString(), name, extension, KeyLayout.Flat))).Key;
            variant.AsObject().Remove("recipe").ShouldBeTrue();
        }

        await using var write = database.CreateCommand();
        write.CommandText = "UPDATE assets SET \"Publication\" = $publication";
        write.Parameters.AddWithValue("$publication", publication.ToJsonString());
        (await write.ExecuteNonQueryAsync()).ShouldBe(1);

        async Task<(string Key, string ETag)> MoveAsync(string from, ObjectKey to)
        {
            var old = ObjectKey.Parse(from);
            var found = (await store.HeadAsync(old, default)).ShouldNotBeNull();
            var terms = new WriteOptions { ContentType = found.ContentType!, CacheControl = found.CacheControl };
            var copied = (await store.CopyAsync(old, to, found.ETag, terms, default)).ShouldBeOfType<CopyResult.Copied>();
            await store.DeleteAsync(old, default);
            return (to.Value, copied.ETag);
        }
    }
}
