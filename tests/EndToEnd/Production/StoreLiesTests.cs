using Microsoft.AspNetCore.Http;
using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

/// <summary>The two hosts, one of which uses a store that can return wrong responses.</summary>
public abstract class LiedTo(bool toTheApi) : IAsyncLifetime
{
    public StoreProxy Proxy { get; private set; } = null!;

    public ProductionServers Servers { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Proxy = await StoreProxy.StartAsync();
        Servers = await ProductionServers.MakeAsync();
        (string, string)[] lied = [Proxy.Setting, ("Storage__S3__Retries", "1")];
        (string, string)[] impatient = [("Dispatch__RetryMinSeconds", "1"), ("Dispatch__RetryMaxSeconds", "1"), ("Dispatch__MaxAttempts", "100")];
        await Servers.StartAsync(api: toTheApi ? [.. impatient, .. lied] : impatient, worker: toTheApi ? [] : lied);
    }

    public async Task DisposeAsync()
    {
        await Servers.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}

public sealed class LiedToWorker() : LiedTo(toTheApi: false);

public sealed class LiedToApi() : LiedTo(toTheApi: true);

[CollectionDefinition(Name)]
public sealed class LiedToWorkerTests : ICollectionFixture<LiedToWorker>
{
    public const string Name = "a store that lies to the worker";
}

[CollectionDefinition(Name)]
public sealed class LiedToApiTests : ICollectionFixture<LiedToApi>
{
    public const string Name = "a store that lies to the API";
}

/// <summary>
/// A proxy between the worker and the store answers in the store's place and reports success. An asset was once ready although none of its six
/// variants was stored; and a good file was rejected for good, because the store had returned half of it.
/// </summary>
[Collection(LiedToWorkerTests.Name)]
public sealed class StoreLiesTests(LiedToWorker hosts)
{
    public static TheoryData<string, StoreFault> Lies => new()
    {
        { "PUT", StoreFault.Page }, { "PUT", StoreFault.ErrorWith200 }, { "PUT", StoreFault.Swallow },
        { "GET", StoreFault.Page }, { "GET", StoreFault.ErrorWith200 }, { "GET", StoreFault.HalfAnswer },
        { "HEAD", StoreFault.Page }, { "HEAD", StoreFault.ErrorWith200 },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_lie_of_the_store_is_no_verdict_and_what_is_ready_is_there(string method, StoreFault lie)
    {
        using var alice = hosts.Servers.Person("alice");
        hosts.Proxy.Fault = request => request.Method == method ? lie : StoreFault.None;
        try
        {
            var id = await alice.UploadAsync(PlainPhoto.Bytes);
            await Eventually.True(
                async () => (await alice.AssetAsync(id)).Json["failure"]?["code"]?.GetValue<string>() == "storage_unavailable", "an attempt has failed");
            hosts.Proxy.Heal();

            var asset = await alice.TerminalAsync(id);
            asset.Text("status").ShouldBe("ready");
            using var bucket = new Bucket();
            (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).ShouldBe(Bucket.KeysOf(asset), ignoreOrder: true);
        }
        finally
        {
            hosts.Proxy.Heal();
        }
    }
}

/// <summary>The same between the API and the store.</summary>
[Collection(LiedToApiTests.Name)]
public sealed class StoreLiesAtConfirmTests(LiedToApi hosts)
{
    [Theory]
    [InlineData(StoreFault.Page)]
    [InlineData(StoreFault.ErrorWith200)]
    [InlineData(StoreFault.HalfAnswer)]
    public async Task A_confirm_to_which_the_store_lies_is_told_to_come_again(StoreFault lie)
    {
        using var alice = hosts.Servers.Person("alice");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        hosts.Proxy.Fault = request => HttpMethods.IsHead(request.Method) ? lie : StoreFault.None;

        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(503);
        hosts.Proxy.Heal();

        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
    }
}
