using System.Net;
using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

/// <summary>Originals lie in a cold class at one endpoint, all else at another, each with keys of its own.</summary>
public sealed class TwoProvidersTests
{
    private static readonly TimeSpan Sweeps = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Originals_lie_cold_at_one_provider_and_if_it_is_down_uploads_wait_while_photos_are_served()
    {
        await using var second = await SecondStore.MakeAsync(cold: true);
        await using var page = await PageBucket.MakeAsync("http://localhost");
        await using var servers = await ProductionServers.MakeAsync();
        (string, string)[] settings =
        [
            ("Storage__S3__Bucket", page.Name), ("Storage__S3__PublicUrl", $"{ProductionSettings.S3}/{page.Name}"), .. second.AsOriginals,
            ("Storage__S3__ConnectTimeout", "00:00:02"), ("Storage__S3__OperationTimeout", "00:00:10"), ("Dispatch__MaxAttempts", "20"),
        ];
        await servers.StartAsync(api: settings, worker: settings);
        using var alice = servers.Person("alice");
        using var visitor = new HttpClient();
        var first = await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes));
        first.Text("status").ShouldBe("ready");
        var originals = (await second.ClassesAsync(ObjectKey.OriginalsOf(first.Id))).Where(one => !one.Key.EndsWith(".json", StringComparison.Ordinal)).ToList();
        originals.ShouldHaveSingleItem().Value.ShouldBe(SecondStore.Cold);
        (await second.ClassesAsync(ObjectKey.PublicArea)).ShouldBeEmpty("variants are at the other provider");

        await second.KillAsync();
        var waiting = await alice.UploadAsync(PlainPhoto.Bytes);
        await Eventually.True(async () => (await alice.TimelineKindsAsync(waiting)).Contains("attempt_failed"), "the upload is taken, and cannot be frozen", Sweeps);
        foreach (var url in first.Json["variants"]!.AsArray().Select(v => v!["url"]!.ToString())) (await visitor.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await alice.AssetAsync(waiting)).Text("status").ShouldBeOneOf("queued", "processing");

        await second.RestartAsync();
        await Eventually.True(async () => (await alice.AssetAsync(waiting)).Text("status") == "ready", "the upload goes on by itself", Sweeps);
        (await alice.PostAsync($"/api/assets/{first.Id}/reprocess")).Status.ShouldBe(202);
        await Eventually.True(async () => (await alice.TimelineKindsAsync(first.Id)).Count(kind => kind == "ready") == 2, "the original is read from its provider", Sweeps);
        foreach (var id in new[] { first.Id, waiting }) (await alice.DeleteAsync($"/api/assets/{id}")).Status.ShouldBe(204);
    }
}
