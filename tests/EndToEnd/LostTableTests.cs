using Pipeline.Storage;

namespace Pipeline.EndToEnd;

/// <summary>The database file is lost; the objects are not.</summary>
public sealed class LostTableTests
{
    [Fact]
    public async Task A_lost_library_answers_as_before_once_it_is_rebuilt()
    {
        await using var server = await Server.StartAsync(("Dispatch__SweepSeconds", "1"));
        using var alice = await server.PersonAsync();
        var (plain, focused, hidden, erased) =
            (await alice.UploadAsync(PlainPhoto.Bytes), await alice.UploadAsync(PlainPhoto.Bytes, "focus.jpg"), await alice.UploadAsync(PlainPhoto.Bytes, "hidden.jpg"), await alice.UploadAsync(PlainPhoto.Bytes));
        foreach (var id in (Guid[])[plain, focused, hidden, erased]) (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");
        (await alice.PutJsonAsync($"/api/assets/{focused}/focal-point", new { x = 0.2, y = 0.7 })).Status.ShouldBe(202);
        (await alice.PatchJsonAsync($"/api/assets/{hidden}", new { visibility = "private" })).Status.ShouldBe(200);
        (await alice.DeleteAsync($"/api/assets/{erased}")).Status.ShouldBe(204);
        await Eventually.True(
            async () => (await alice.AssetAsync(focused)).Json["work"] is null && Manifest(server, hidden).Contains("\"private/", StringComparison.Ordinal)
                && Manifest(server, focused).Contains("\"revision\":2", StringComparison.Ordinal) && !Manifest(server, focused).Contains("\"isUnfinished\":true", StringComparison.Ordinal)
                && Manifest(server, plain).Length > 0 && File.Exists(PathOf(server, ObjectKey.Erased(erased))),
            "all manifests say the last state",
            TimeSpan.FromSeconds(90));
        var before = new Dictionary<Guid, string>();
        foreach (var id in (Guid[])[plain, focused, hidden]) before[id] = Shown(await alice.AssetAsync(id));
        (await server.StopAsync()).ShouldBe(0);
        foreach (var file in Directory.EnumerateFiles(server.DataFolder, "assets.db*")) File.Delete(file);

        await server.StartAgainAsync();
        (await alice.AssetAsync(plain)).Status.ShouldBe(404);
        using var admin = await server.PersonAsync("adam", "admin");
        var planned = await admin.PostAsync("/api/admin/runs", new { kind = "rebuild", reason = "the database file is lost" });
        planned.Status.ShouldBe(201);
        (await admin.PostAsync($"/api/admin/runs/{planned.Id}/apply")).Status.ShouldBe(202);
        await Eventually.True(async () => (await admin.GetAsync($"/api/admin/runs/{planned.Id}")).Text("state") == "completed", "the rebuild ends", TimeSpan.FromSeconds(60));

        foreach (var (id, answer) in before) Shown(await alice.AssetAsync(id)).ShouldBe(answer);
        (await alice.AssetAsync(erased)).Status.ShouldBe(404);
        (await alice.TimelineKindsAsync(plain)).ShouldBe(["rebuilt"]);
        (await alice.GetAsync("/api/assets")).Json["items"]!.AsArray().Count.ShouldBe(3);
        (await admin.GetAsync($"/api/admin/runs/{planned.Id}")).Json["progress"]!["done"]!.GetValue<int>().ShouldBe(3);
    }

    private static string Shown(Answer asset)
    {
        var json = asset.Json.DeepClone().AsObject();
        json.Remove("sequence").ShouldBeTrue();
        return json.ToJsonString();
    }

    private static string Manifest(Server server, Guid id) => File.Exists(PathOf(server, ObjectKey.Manifest(id))) ? File.ReadAllText(PathOf(server, ObjectKey.Manifest(id))) : "";

    // The disk store puts the version of an object into its name.
    private static string PathOf(Server server, ObjectKey key)
    {
        var path = Path.Combine(server.DataFolder, "objects", key.Value);
        var folder = Path.GetDirectoryName(path)!;
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"{Path.GetFileNameWithoutExtension(path)}~*.json").FirstOrDefault() ?? "" : "";
    }
}
