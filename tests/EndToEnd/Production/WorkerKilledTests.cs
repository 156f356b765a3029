using Microsoft.AspNetCore.Http;

namespace Pipeline.EndToEnd.Production;

[Collection(FaultTests.Name)]
public sealed class WorkerKilledTests
{
    [Fact]
    public async Task A_worker_that_is_killed_in_the_middle_of_publishing_leaves_each_variant_once()
    {
        await using var proxy = await StoreProxy.StartAsync();
        await using var servers = new ProductionServers();
        await servers.StartApiAsync();
        await servers.StartWorkerAsync(proxy.Setting);
        using var alice = servers.Person("alice");
        using var bucket = new Bucket();
        var let = 3;
        var held = proxy.Hold(request => IsWriteOfVariant(request) && Interlocked.Decrement(ref let) < 0);
        var id = await alice.UploadAsync(CameraPhoto.Bytes);
        await Eventually.True(async () => held() && (await bucket.KeysAsync($"assets/{id}/")).Count == 3, "three of the variants are written");
        await servers.KillWorkerAsync();

        await servers.StartWorkerAsync();
        var asset = await alice.TerminalAsync(id);
        asset.Text("status").ShouldBe("ready");
        Bucket.KeysOf(asset).Count.ShouldBe(8);
        (await bucket.KeysAsync($"assets/{id}/")).ShouldBe(Bucket.KeysOf(asset), ignoreOrder: true);
        var kinds = await alice.TimelineKindsAsync(id);
        kinds.Count(kind => kind == "started").ShouldBe(2);
        kinds.Count(kind => kind == "ready").ShouldBe(1);
    }

    [Fact]
    public async Task An_upload_that_kills_every_worker_ends_as_failed_while_others_go_on()
    {
        await using var proxy = await StoreProxy.StartAsync();
        await using var servers = new ProductionServers();
        await servers.StartApiAsync();
        using var alice = servers.Person("alice");
        var deadly = await alice.PresignAsync("deadly.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (await Person.PutAsync(deadly, CameraPhoto.Bytes)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(deadly.Id)).Status.ShouldBe(202);

        // Whoever has begun to fetch it dies; what the same worker has beside it comes to its end before.
        var held = proxy.Hold(request => request.Path.Value!.EndsWith(deadly.Text("key"), StringComparison.Ordinal));
        var deaths = 0;
        do
        {
            await servers.StartWorkerAsync(proxy.Setting, ("Processor__Intake__Concurrency", "2"));
            await Eventually.True(async () => held() || await IsFailedAsync(), "the upload is with a worker, or given up");
            (await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes))).Text("status").ShouldBe("ready");
            if (!held()) break;
            await servers.KillWorkerAsync();
            deaths++;
        }
        while (deaths < 10);

        deaths.ShouldBeInRange(3, 4, "RabbitMq:DeliveryLimit is 3");
        var asset = await alice.TerminalAsync(deadly.Id);
        asset.Text("status").ShouldBe("failed");
        asset.Json["failure"]!["code"]!.GetValue<string>().ShouldBe("worker_lost");

        async Task<bool> IsFailedAsync() => (await alice.AssetAsync(deadly.Id)).Text("status") == "failed";
    }

    private static bool IsWriteOfVariant(HttpRequest request) =>
        HttpMethods.IsPut(request.Method) && request.Path.Value!.Contains("/assets/", StringComparison.Ordinal);
}
