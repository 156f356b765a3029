using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd;

[Collection(SharedServerTests.Name)]
public sealed partial class AssetTests(SharedServer shared)
{
    [Fact]
    public async Task A_reprocess_makes_a_new_revision_while_the_old_one_stays_visible()
    {
        using var alice = await shared.Server.PersonAsync();
        var id = await alice.UploadAsync(CameraPhoto.Bytes);
        var before = await alice.TerminalAsync(id);
        var asked = await alice.PostAsync($"/api/assets/{id}/reprocess");
        asked.Status.ShouldBe(202);
        asked.Json["revision"]!.GetValue<int>().ShouldBe(2);

        Answer? now = null;
        await Eventually.True(
            async () =>
            {
                now = await alice.AssetAsync(id);
                now.Text("status").ShouldBe("ready");
                now.Json["variants"]!.AsArray().Count.ShouldBe(8);
                return now.Json["revision"]!.GetValue<int>() == 2;
            },
            "revision 2 is ready",
            TimeSpan.FromSeconds(60));
        now!.Json["work"].ShouldBeNull();

        // The same bytes, profile and engine give the same recipe, and so the same keys.
        now.Json["variants"]!.ToJsonString().ShouldBe(before.Json["variants"]!.ToJsonString());
        shared.Server.Published(id).Count.ShouldBe(8);
    }

    [Fact]
    public async Task A_deleted_asset_leaves_a_tombstone_and_no_object()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PresignAsync("secret-name.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        await Person.PutAsync(presigned, CameraPhoto.Bytes);
        await alice.ConfirmAsync(presigned.Id);
        await alice.TerminalAsync(presigned.Id);
        shared.Server.Published(presigned.Id).Count.ShouldBe(8);

        (await alice.DeleteAsync($"/api/assets/{presigned.Id}")).Status.ShouldBe(204);
        (await alice.DeleteAsync($"/api/assets/{presigned.Id}")).Status.ShouldBe(204);
        await Eventually.True(() => shared.Server.Objects(presigned.Id, presigned.Text("key")).Count == 0, "all objects go");
        var tombstone = await alice.AssetAsync(presigned.Id);
        tombstone.Text("status").ShouldBe("deleted");
        tombstone.Body.ShouldNotContain("secret-name");
        (await alice.GetAsync("/api/assets?limit=200")).Body.ShouldNotContain(presigned.Id.ToString());
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_worker_logs_one_line_for_each_attempt_with_a_time_and_how_long_each_step_took()
    {
        using var alice = await shared.Server.PersonAsync();
        var ready = await alice.UploadAsync(CameraPhoto.Bytes);
        var rejected = await alice.UploadAsync([1, 2, 3]);
        (await alice.TerminalAsync(ready)).Text("status").ShouldBe("ready");
        (await alice.TerminalAsync(rejected)).Text("status").ShouldBe("rejected");

        shared.Server.Log.Split('\n').Where(line => line.Contains($"Asset {ready}, revision 1, attempt 1: ready, ", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldMatch($@"ready, {CameraPhoto.Bytes.Length} bytes, \d+ ms \(fetch \d+, scan \d+, open \d+, render \d+, freeze \d+, publish \d+\)");
        shared.Server.Log.ShouldMatch($@"Asset {rejected}, revision 1, attempt 1: rejected as [a-z_]+, 3 bytes, \d+ ms \(fetch \d+, scan \d+, open \d+\)");
        shared.Server.Log.ShouldMatch(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: ");
    }

    [Fact]
    public async Task The_list_pages_from_the_newest_and_filters()
    {
        using var lister = await shared.Server.PersonAsync("lister");
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++) ids.Add((await lister.PresignAsync($"{i}.jpg", "image/jpeg", 10)).Id);
        ids.Reverse();

        var first = await lister.GetAsync("/api/assets?status=pending&limit=3");
        var second = await lister.GetAsync($"/api/assets?status=pending&limit=3&cursor={first.Text("nextCursor")}");
        Ids(first).Concat(Ids(second)).ShouldBe(ids);
        second.Json["nextCursor"].ShouldBeNull();
        Ids(await lister.GetAsync($"/api/assets?ids={ids[1]},{ids[3]}")).ShouldBe([ids[1], ids[3]]);
        Ids(await lister.GetAsync("/api/assets?status=ready")).ShouldBeEmpty();
        Ids(await lister.GetAsync("/api/assets?status=pending")).ShouldBe(ids);
        foreach (var wrong in new[] { "status=3", "status=READY", "limit=0", "limit=201", "cursor=x", "ids=x" })
            (await lister.GetAsync($"/api/assets?{wrong}")).Status.ShouldBe(400, wrong);
    }

    [Fact]
    public async Task The_api_describes_itself_and_gives_nothing_away()
    {
        using var stranger = new HttpClient { BaseAddress = shared.Server.Address };
        var document = await Answer.OfAsync(await stranger.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        document.Status.ShouldBe(200);
        // The document and the manual name the same routes, so that neither hides one.
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs", "api.md"));
        document.Json["paths"]!.AsObject().Select(p => WithoutNames(p.Key)).ShouldBe(
            RouteInText().Matches(manual).Select(m => WithoutNames(m.Value)).Distinct(), ignoreOrder: true);
        document.Json["paths"]!["/api/assets/{id}"]!["get"]!["security"].ShouldNotBeNull();

        using var missing = await stranger.GetAsync(new Uri("/no/such/thing", UriKind.Relative));
        missing.Headers.Contains("Server").ShouldBeFalse();
        missing.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        JsonNode.Parse(await missing.Content.ReadAsStringAsync())!["code"]!.GetValue<string>().ShouldBe("not_found");
    }

    [Fact]
    public async Task A_timeline_is_read_page_by_page()
    {
        using var alice = await shared.Server.PersonAsync();
        var path = $"/api/assets/{await alice.UploadAsync(CameraPhoto.Bytes)}";
        await alice.TerminalAsync(Guid.Parse(path[^36..]));
        var all = (await alice.GetAsync($"{path}/timeline")).Json;
        all["nextCursor"].ShouldBeNull();

        var (pieces, cursor) = (new List<string>(), "");
        do
        {
            var page = (await alice.GetAsync($"{path}/timeline?limit=2{cursor}")).Json;
            page["events"]!.AsArray().Count.ShouldBeInRange(1, 2);
            pieces.AddRange(page["events"]!.AsArray().Select(e => e!.ToJsonString()));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);

        pieces.ShouldBe(all["events"]!.AsArray().Select(e => e!.ToJsonString()));
        (await alice.GetAsync($"{path}/timeline?limit=201")).Json["errors"]!["limit"].ShouldNotBeNull();
        (await alice.GetAsync($"{path}/timeline?cursor=x")).Json["errors"]!["cursor"].ShouldNotBeNull();
    }

    /// <summary>The names of parameters are free, so only their places count.</summary>
    private static string WithoutNames(string route) => ParameterName().Replace(route, "{}");

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"/(api|health)/[a-z][A-Za-z0-9{}/-]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex RouteInText();

    private static IEnumerable<Guid> Ids(Answer page) => page.Json["items"]!.AsArray().Select(a => Guid.Parse(a!["id"]!.GetValue<string>()));
}
