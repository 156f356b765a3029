using Microsoft.AspNetCore.Http;
using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

public sealed class WorkerKilledTests
{
    [Fact]
    public async Task A_worker_that_is_killed_in_the_middle_of_publishing_leaves_each_variant_once()
    {
        await using var proxy = await StoreProxy.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(api: [], worker: [proxy.Setting]);
        using var alice = servers.Person("alice");
        using var bucket = new Bucket();
        var let = 3;
        var held = proxy.Hold(request => IsWriteOfVariant(request) && Interlocked.Decrement(ref let) < 0);
        var id = await alice.UploadAsync(PlainPhoto.Bytes);
        await Eventually.True(async () => held() > 0 && (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).Count == 3, "three of the variants are written");
        await servers.KillWorkerAsync();

        await servers.StartWorkerAsync();
        var asset = await alice.TerminalAsync(id);
        asset.Text("status").ShouldBe("ready");
        Bucket.KeysOf(asset).Count.ShouldBe(8);
        (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).ShouldBe(Bucket.KeysOf(asset), ignoreOrder: true);
        var kinds = await alice.TimelineKindsAsync(id);
        kinds.Count(kind => kind == "started").ShouldBe(2);
        kinds.Count(kind => kind == "ready").ShouldBe(1);
    }

    [Fact]
    public async Task An_upload_that_kills_every_worker_ends_as_failed_while_others_go_on()
    {
        await using var proxy = await StoreProxy.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartApiAsync();
        using var alice = servers.Person("alice");
        var deadly = await PutAsync(alice);
        var held = proxy.Hold(request => IsReadOf(request, deadly));
        (await alice.ConfirmAsync(deadly.Id)).Status.ShouldBe(202);

        var deaths = 0;
        var others = new List<Guid>();
        while (true)
        {
            await servers.StartWorkerAsync(proxy.Setting, TwoAtOnce);
            await Eventually.True(async () => held() > 0 || await HasAsync(alice, deadly, "failed"), "the upload is with a worker, or given up");
            others.Add(await alice.UploadAsync(PlainPhoto.Bytes));
            if (held() == 0) break;
            await servers.KillWorkerAsync();
            (++deaths).ShouldBeLessThan(4, "RabbitMq:DeliveryLimit is 3");
        }

        foreach (var other in others) (await alice.TerminalAsync(other)).Text("status").ShouldBe("ready");
        var asset = await alice.AssetAsync(deadly.Id);
        asset.Text("status").ShouldBe("failed");
        asset.Json["failure"]!["code"]!.GetValue<string>().ShouldBe("worker_lost");
    }

    [Fact]
    public async Task An_upload_that_was_each_time_beside_one_that_kills_its_worker_becomes_ready_in_its_next_attempt()
    {
        await using var proxy = await StoreProxy.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartApiAsync();
        using var alice = servers.Person("alice");
        var (deadly, neighbour) = (await PutAsync(alice), await PutAsync(alice));
        var held = proxy.Hold(request => IsReadOf(request, deadly) || IsReadOf(request, neighbour));
        (await alice.ConfirmAsync(deadly.Id)).Status.ShouldBe(202);
        (await alice.ConfirmAsync(neighbour.Id)).Status.ShouldBe(202);

        for (var deaths = 0; deaths < 2; deaths++)
        {
            await servers.StartWorkerAsync(proxy.Setting, TwoAtOnce);
            await Eventually.True(() => held() == 2, "both are with a worker");
            await servers.KillWorkerAsync();
            await Eventually.True(() => held() == 0, "the worker's requests are gone");
        }

        await Eventually.True(async () => await HasAsync(alice, neighbour, "attempt_failed"), "both are put aside");
        held = proxy.Hold(request => IsReadOf(request, deadly));
        while (true)
        {
            await servers.StartWorkerAsync(proxy.Setting, TwoAtOnce);
            await Eventually.True(async () => held() > 0 || await HasAsync(alice, neighbour, "ready"), "the deadly one is with a worker, or its neighbour through");
            if (await HasAsync(alice, neighbour, "ready")) break;
            await servers.KillWorkerAsync();
            await Eventually.True(() => held() == 0, "the worker's request is gone");
        }

        (await alice.AssetAsync(neighbour.Id)).Text("status").ShouldBe("ready");
    }

    private static (string Name, string Value) TwoAtOnce => ("Processor__Messaging__Concurrency", "2");

    private static async Task<Answer> PutAsync(Person person)
    {
        var presigned = await person.PresignAsync("photo.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        return presigned;
    }

    private static async Task<bool> HasAsync(Person person, Answer upload, string kind) => (await person.TimelineKindsAsync(upload.Id)).Contains(kind);

    private static bool IsReadOf(HttpRequest request, Answer upload) =>
        HttpMethods.IsGet(request.Method) && request.Path.Value!.EndsWith(upload.Text("key"), StringComparison.Ordinal);

    private static bool IsWriteOfVariant(HttpRequest request) =>
        HttpMethods.IsPut(request.Method) && request.Path.Value!.Contains("/assets/", StringComparison.Ordinal);
}
