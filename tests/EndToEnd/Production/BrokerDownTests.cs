using Microsoft.AspNetCore.Http;

namespace Pipeline.EndToEnd.Production;

[Collection(FaultTests.Name)]
public sealed class BrokerDownTests
{
    private const int PublishSeconds = 6;

    // A confirm that waited for the bus would not return.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(PublishSeconds - 1);

    [Fact]
    public async Task A_confirm_without_a_broker_is_taken_at_once_and_the_asset_becomes_ready_when_it_is_back()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(api: [("Dispatch__PublishTimeoutSeconds", $"{PublishSeconds}")], worker: []);
        using var alice = servers.Person("alice");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);

        // Stopped, since a broker that is killed can lose quorum queues that were declared just before: then it has the queue and no leader for it.
        await using (await Service.Broker.StoppedAsync())
        {
            var confirmed = await alice.ConfirmAsync(presigned.Id).WaitAsync(AtOnce);
            confirmed.Status.ShouldBe(202);
            (await alice.AssetAsync(presigned.Id)).Text("status").ShouldBe("queued");
            (await alice.TimelineKindsAsync(presigned.Id)).ShouldNotContain("dispatched");
        }

        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        (await alice.TimelineKindsAsync(presigned.Id)).Count(kind => kind == "ready").ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_cannot_tell_what_it_did_gives_the_request_back_and_it_is_done_again_at_once()
    {
        await using var store = await StoreProxy.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        var address = new UriBuilder(servers.Broker.WorkerSetting.Value);
        await using var broker = new FaultProxy(address.Host, address.Port);
        address.Port = broker.Port;
        await servers.StartApiAsync();
        var worker = await servers.StartWorkerAsync(store.Setting, ("RabbitMq__Uri", address.Uri.AbsoluteUri), ("Processor__Messaging__PublishTimeoutSeconds", "1"));
        using var alice = servers.Person("alice");
        var (writing, write, again) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        store.Answer = async (request, gone) =>
        {
            // The first attempt ends while the broker does not respond.
            if (write.Task.IsCompleted && broker.Mode == ProxyMode.Pass && HttpMethods.IsGet(request.Method)) again.TrySetResult();
            if (!HttpMethods.IsPut(request.Method)) return null;
            writing.TrySetResult();
            await write.Task.WaitAsync(gone);
            return null;
        };
        var id = await alice.UploadAsync(PlainPhoto.Bytes);
        await writing.Task;

        broker.Mode = ProxyMode.Hang;
        write.SetResult();
        await Eventually.True(() => worker.Log.Contains("R-FAULT", StringComparison.Ordinal), "the worker gives up telling");
        broker.Mode = ProxyMode.Pass;

        (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");
        // The delayed outcome may also arrive before the second attempt begins, so the timeline cannot decide.
        await again.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
