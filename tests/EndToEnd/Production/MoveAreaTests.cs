using System.Collections.Concurrent;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.EndToEnd.Production;

/// <summary>The public area moves to another endpoint, while people upload, delete and look at photos.</summary>
public sealed class MoveAreaTests
{
    private const int Old = 240;

    // Sweeps and announcements run by timers, and late on a busy machine.
    private static readonly TimeSpan Sweeps = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_move_under_traffic_with_a_kill_in_the_middle_loses_no_object_and_no_reader_sees_a_404()
    {
        await using var second = await SecondStore.MakeAsync();
        await using var page = await PageBucket.MakeAsync("http://localhost");
        using var s3 = new AmazonS3Client(
            new BasicAWSCredentials(ProductionSettings.AccessKey, ProductionSettings.SecretKey), new AmazonS3Config { ServiceURL = ProductionSettings.S3, ForcePathStyle = true, AuthenticationRegion = "auto" });
        await Task.WhenAll(Enumerable.Range(0, Old).Chunk(Old / 8).Select(async some =>
        {
            foreach (var i in some) await s3.PutObjectAsync(new PutObjectRequest { BucketName = page.Name, Key = $"assets/{i:x2}/old-{i}/w320.webp", ContentBody = $"photo {i}", ContentType = "image/webp", UseChunkEncoding = false });
        }));

        await using var servers = await ProductionServers.MakeAsync();
        (string, string)[] settings = [("Storage__S3__Bucket", page.Name), ("Storage__S3__PublicUrl", $"{ProductionSettings.S3}/{page.Name}"), .. second.AsTarget];
        var api = await servers.StartApiAsync(settings);
        await servers.StartWorkerAsync(settings);
        using var alice = servers.Person("alice");
        using var admin = Admin(servers);
        var watched = await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes));
        var doomed = await alice.UploadAsync(PlainPhoto.Bytes);
        (await alice.TerminalAsync(doomed)).Text("status").ShouldBe("ready");

        using var stop = new CancellationTokenSource();
        var wrong = new ConcurrentBag<string>();
        var polls = 0;
        var reader = Task.Run(async () =>
        {
            using var visitor = new HttpClient();
            using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            var seen = Urls(watched).ToHashSet(StringComparer.Ordinal);
            for (; !stop.IsCancellationRequested; polls++)
            {
                // The pages that were rendered before a switch have the old URLs.
                try
                {
                    seen.UnionWith(Urls(await alice.AssetAsync(watched.Id)));
                }
                catch (HttpRequestException)
                {
                    // The API is killed meanwhile.
                }

                foreach (var url in seen)
                {
                    using var answer = await visitor.GetAsync(url);
                    if (answer.StatusCode != HttpStatusCode.OK) wrong.Add($"{(int)answer.StatusCode} {url}");
                }

                await often.WaitForNextTickAsync();
            }
        });

        var plan = await admin.PostAsync("/api/admin/runs", new { kind = "migrate", area = "public", to = "r2", pace = new { rate = 20 } });
        plan.Status.ShouldBe(201, plan.Body);
        await Eventually.True(async () => (await admin.PostAsync($"/api/admin/runs/{plan.Id}/apply")).Status == 202, "the worker says that it writes to both", Sweeps);
        await Eventually.True(async () => (int)(await RunAsync(admin, plan.Id))["progress"]!["done"]! > 0, "the run copies", Sweeps);
        await api.KillAsync();
        api = await servers.StartApiAgainAsync(api, settings);
        var meanwhile = await alice.UploadAsync(PlainPhoto.Bytes);
        (await alice.DeleteAsync($"/api/assets/{doomed}")).Status.ShouldBe(204);
        (await alice.PostAsync($"/api/assets/{watched.Id}/reprocess")).Status.ShouldBe(202);
        (await alice.TerminalAsync(meanwhile)).Text("status").ShouldBe("ready");
        var copied = await EndedAsync(admin, plan.Id);
        (copied["state"]!.ToString(), (int)copied["progress"]!["failed"]!).ShouldBe(("completed", 0), copied.ToJsonString());
        ((int)copied["progress"]!["done"]!).ShouldBeGreaterThanOrEqualTo(Old);
        await Eventually.True(async () => (await second.HashesAsync($"assets/{doomed.ToString()[^2..]}/{doomed}/")).Count == 0, "the deletion reaches both", Sweeps);

        // One byte of another value: the switch is refused until a run has mended it.
        await second.PutAsync("assets/07/old-7/w320.webp", "photo 8"u8.ToArray());
        await CompareAsync(admin);
        var refused = await SwitchAsync(admin);
        (refused.Status, refused.Text("code"), refused.Json["counts"]!["differs"]!.GetValue<int>(), refused.Json["examples"]![0]!.ToString()).ShouldBe((409, "migrate_incomplete", 1, "assets/07/old-7/w320.webp"));
        await MigrateAsync(admin);
        await CompareAsync(admin);
        (await SwitchAsync(admin)).Status.ShouldBe(200);

        Urls(await alice.AssetAsync(watched.Id)).ShouldAllBe(url => url.StartsWith(second.Address, StringComparison.Ordinal));
        var later = await alice.UploadAsync(PlainPhoto.Bytes);
        (await alice.TerminalAsync(later)).Text("status").ShouldBe("ready");
        var (here, there) = (await SecondStore.HashesAsync(s3, page.Name, "assets/"), await second.HashesAsync("assets/"));
        there.ShouldBe(here);
        here.Count.ShouldBe(Old + (3 * 8));

        (await admin.PostAsync("/api/admin/areas/public/switch", new { to = "r2", back = true, reason = "a test" })).Status.ShouldBe(200);
        Urls(await alice.AssetAsync(later)).ShouldAllBe(url => url.StartsWith(ProductionSettings.S3, StringComparison.Ordinal));
        await stop.CancelAsync();
        await reader;
        polls.ShouldBeGreaterThan(20);
        wrong.ShouldBeEmpty();
        foreach (var key in here.Keys) await s3.DeleteObjectAsync(page.Name, key);
    }

    [Fact]
    public async Task A_host_with_a_wrong_key_of_a_target_does_not_start_and_names_the_setting()
    {
        await using var second = await SecondStore.MakeAsync();
        await using var servers = await ProductionServers.MakeAsync();
        var fault = await Should.ThrowAsync<InvalidOperationException>(() => servers.StartWorkerAsync([.. second.AsTarget, ("Storage__Targets__r2__SecretAccessKey", "another-secret")]));
        fault.Message.ShouldContain("`Storage:Targets:r2:SecretAccessKey`");
    }

    private static Person Admin(ProductionServers servers)
    {
        var token = AppToken.For("adam", servers.Secret, role: "admin");
        var http = new HttpClient { BaseAddress = servers.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Person(http, token);
    }

    private static IEnumerable<string> Urls(Answer asset) => asset.Json["variants"]!.AsArray().Select(v => v!["url"]!.ToString());

    private static async Task<JsonNode> RunAsync(Person admin, Guid id) => (await admin.GetAsync($"/api/admin/runs/{id}")).Json;

    private static async Task<JsonNode> EndedAsync(Person admin, Guid id)
    {
        await Eventually.True(async () => (await RunAsync(admin, id))["state"]!.ToString() != "running", "the run ends", Sweeps);
        return await RunAsync(admin, id);
    }

    private static Task CompareAsync(Person admin) => MigrateAsync(admin, compare: true);

    private static async Task MigrateAsync(Person admin, bool compare = false)
    {
        var plan = await admin.PostAsync("/api/admin/runs", new { kind = "migrate", area = "public", to = "r2", compare });
        var applied = await admin.PostAsync($"/api/admin/runs/{plan.Id}/apply");
        applied.Status.ShouldBe(202, applied.Body);
        (await EndedAsync(admin, plan.Id))["state"]!.ToString().ShouldBe("completed");
    }

    private static Task<Answer> SwitchAsync(Person admin) => admin.PostAsync("/api/admin/areas/public/switch", new { to = "r2", reason = "a test" });
}
