using System.Net;
using Pipeline.Contracts;

namespace Pipeline.EndToEnd.Production;

/// <summary>Malware that was taken before its signature existed is withdrawn; a signature that matches all empties no library.</summary>
public sealed class RescanTests
{
    private static readonly byte[] Marker = "pipeline-malware-of-tomorrow"u8.ToArray();

    // Sweeps run by a timer, and late on a busy machine.
    private static readonly TimeSpan Sweeps = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task New_signatures_withdraw_a_file_that_was_taken_before_they_existed()
    {
        await using var clamd = await OwnClamd.StartAsync();
        await using var page = await PageBucket.MakeAsync("http://localhost");
        await using var servers = await ProductionServers.MakeAsync();
        (string, string)[] store = [("Storage__S3__Bucket", page.Name), ("Storage__S3__PublicUrl", $"{ProductionSettings.S3}/{page.Name}")];
        await servers.StartAsync(api: store, worker: [.. store, clamd.Setting]);
        using var alice = servers.Person("alice");
        var good = await ReadyAsync(alice, PlainPhoto.Bytes);
        var bad = await ReadyAsync(alice, [.. PlainPhoto.Bytes, .. Marker]);
        using var visitor = new HttpClient();
        foreach (var url in Urls(bad)) (await visitor.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var stream = new StreamReader(alice.Token, servers.Address);
        await Eventually.True(() => stream.Connections > 0, "the stream is open");

        await clamd.AddAsync("Tomorrow.Malware", Marker);

        // Signatures of freshclam are signed, so the number comes from a worker that the test plays.
        var news = Envelope.Profiles() with { Instance = Guid.NewGuid(), Concurrency = 1, ReprocessConcurrency = 1, Scanner = "ClamAV 1.4.6/27501/Mon Nov 17 09:12:01 2025", Profiles = [] };
        await servers.Broker.PublishAsync(Envelope.ExchangeOf<ProfilesAnnounced>(), Envelope.Bytes(Envelope.Of(news)));
        await Eventually.True(async () => (await alice.AssetAsync(bad.Id)).Text("status") == "rejected", "the hit is withdrawn", Sweeps);

        var rejected = await alice.AssetAsync(bad.Id);
        rejected.Json["rejection"]!["code"]!.ToString().ShouldBe("infected");
        rejected.Json["rejection"]!["reason"]!.ToString().ShouldContain("Tomorrow.Malware.UNOFFICIAL");
        rejected.Json["variants"]!.AsArray().ShouldBeEmpty();
        await Eventually.True(async () => await AreGoneAsync(visitor, bad), "no variant is left", Sweeps);
        foreach (var url in Urls(good)) (await visitor.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await alice.AssetAsync(good.Id)).Text("status").ShouldBe("ready");
        (await alice.GetAsync($"/api/assets/{bad.Id}/download-url")).Status.ShouldBeGreaterThanOrEqualTo(400);
        (await alice.TimelineKindsAsync(bad.Id)).TakeLast(2).ShouldBe(["scanned", "rejected"]);
        await Eventually.True(() => stream.Ids.Count > 0, "the stream has the event", Sweeps);
        var events = (await alice.GetAsync("/api/events?limit=100")).Json["events"]!.AsArray();
        var last = events.Last(e => e!["type"]!.ToString() == "asset.rejected")!;
        (last["data"]!["id"]!.ToString(), last["data"]!["status"]!.ToString()).ShouldBe(($"{bad.Id}", "rejected"));
        stream.Ids.ShouldContain(last["id"]!.ToString());

        using var ops = Operator(servers, "admin");
        var run = await EndedAsync(ops);
        (run["state"]!.ToString(), run["plannedBy"]!.ToString(), (int)run["progress"]!["done"]!, (int)run["progress"]!["failedBy"]!["infected"]!).ShouldBe(("completed", "rescan-schedule", 1, 1));
    }

    [Fact]
    public async Task A_signature_that_matches_all_withdraws_a_handful_and_the_rest_waits_for_an_admin()
    {
        await using var clamd = await OwnClamd.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(api: [], worker: [clamd.Setting]);
        using var alice = servers.Person("alice");
        var assets = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => ReadyAsync(alice, PlainPhoto.Bytes)));

        // clamd scans no file of a few bytes, so a part of the header alone would not do.
        await clamd.AddAsync("Too.Wide", PlainPhoto.Bytes[..20]);
        using var ops = Operator(servers, "operator");
        var plan = await ops.PostAsync("/api/admin/runs", new { kind = "rescan", filter = new { all = true } });
        ((int)plan.Json["plan"]!["assets"]!, plan.Status).ShouldBe((12, 201));
        (await ops.PostAsync($"/api/admin/runs/{plan.Id}/apply")).Status.ShouldBe(202);
        var paused = await EndedAsync(ops);
        paused["state"]!.ToString().ShouldBe("paused");
        paused["pausedBecause"]!.ToString().ShouldStartWith("too_many_hits");
        await Eventually.True(async () => (int)(await ops.GetAsync($"/api/admin/runs/{plan.Id}")).Json["progress"]!["inFlight"]! == 0, "the bus has drained", Sweeps);
        var progress = (await ops.GetAsync($"/api/admin/runs/{plan.Id}")).Json["progress"]!;
        ((int)progress["failed"]!, (int)progress["held"]!).ShouldBe((3, 9));
        (await StatusesAsync(alice, assets)).Count(status => status == "ready").ShouldBe(9);
        (await ops.PostAsync($"/api/admin/runs/{plan.Id}/resume", new { reason = "It is malware." })).Status.ShouldBe(403);

        using var admin = Operator(servers, "admin");
        (await admin.PostAsync($"/api/admin/runs/{plan.Id}/resume", new { })).Status.ShouldBe(400);
        (await admin.PostAsync($"/api/admin/runs/{plan.Id}/resume", new { reason = "It is malware." })).Status.ShouldBe(200);
        await Eventually.True(async () => (await StatusesAsync(alice, assets)).All(status => status == "rejected"), "the held ones are withdrawn", Sweeps);
        (await EndedAsync(ops))["state"]!.ToString().ShouldBe("completed");
    }

    internal static Person Operator(ProductionServers servers, string role)
    {
        var token = AppToken.For("olga", servers.Secret, role);
        var http = new HttpClient { BaseAddress = servers.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Person(http, token);
    }

    private static async Task<Answer> ReadyAsync(Person person, byte[] bytes)
    {
        var asset = await person.TerminalAsync(await person.UploadAsync(bytes));
        asset.Text("status").ShouldBe("ready");
        return asset;
    }

    private static async Task<JsonNode> EndedAsync(Person person)
    {
        JsonNode? run = null;
        await Eventually.True(
            async () =>
            {
                run = (await person.GetAsync("/api/admin/runs")).Json["items"]!.AsArray().FirstOrDefault();
                return run?["state"]!.ToString() is "completed" or "paused" or "failed";
            },
            "the run ends or pauses", Sweeps);
        return run!;
    }

    private static async Task<IEnumerable<string>> StatusesAsync(Person person, IEnumerable<Answer> assets) =>
        await Task.WhenAll(assets.Select(async asset => (await person.AssetAsync(asset.Id)).Text("status")));

    private static async Task<bool> AreGoneAsync(HttpClient visitor, Answer asset)
    {
        foreach (var url in Urls(asset))
            if ((await visitor.GetAsync(url)).StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden))
                return false;
        return true;
    }

    private static IEnumerable<Uri> Urls(Answer asset) => asset.Json["variants"]!.AsArray().Select(v => new Uri(v!["url"]!.ToString()));
}
