using Pipeline.Contracts;
using Pipeline.Storage;
using RabbitMQ.Client;

namespace Pipeline.EndToEnd.Production;

/// <summary>RabbitMQ delivers at least once: here it holds one request several times, and workers consume the copies at the same time.</summary>
public sealed class TwoWorkersTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_two_workers_get_is_published_once_and_whole_whether_or_not_one_of_them_fails(bool oneFails)
    {
        await using var proxy = await StoreProxy.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartApiAsync(("Dispatch__RetryMinSeconds", "1"));
        using var alice = servers.Person("alice");
        using var bucket = new Bucket();
        var id = await alice.UploadAsync(PlainPhoto.Bytes);
        await DoubleAsync(servers.Broker);
        if (oneFails) proxy.Answer = (request, _) => Task.FromResult<int?>(request.Method == "PUT" ? 500 : null);

        await Task.WhenAll(
            servers.StartWorkerAsync(proxy.Setting, ("Processor__Messaging__Concurrency", "1"), ("Storage__S3__Retries", "0")),
            servers.StartWorkerAsync(("Processor__Messaging__Concurrency", "1")));
        var asset = await alice.TerminalAsync(id);
        await Eventually.True(() => Ends(servers.Log, id) >= 2, "both have told how it ended", TimeSpan.FromMinutes(2));

        asset.Text("status").ShouldBe("ready");
        (await alice.AssetAsync(id)).Text("status").ShouldBe("ready");
        (await alice.TimelineKindsAsync(id)).Count(kind => kind == "ready").ShouldBe(1);
        Bucket.KeysOf(asset).Count.ShouldBe(8);
        (await bucket.KeysAsync(ObjectKey.VariantsOf(id))).ShouldBe(Bucket.KeysOf(asset), ignoreOrder: true);
        (await bucket.ReadAsync((await bucket.KeysAsync(ObjectKey.OriginalsOf(id))).Single())).Bytes.ShouldBe(PlainPhoto.Bytes);
    }

    // The API's log lines for outcomes, accepted or dropped.
    private static int Ends(string log, Guid id) => log.Split('\n').Count(line =>
        line.Contains($"{id}", StringComparison.Ordinal)
        && (line.Contains(nameof(AssetReady), StringComparison.Ordinal) || line.Contains(nameof(ProcessingFailed), StringComparison.Ordinal)));

    // No worker runs yet, so the request waits in the queue.
    private static async Task DoubleAsync(OwnVirtualHost broker)
    {
        await Eventually.True(async () => await broker.CountAsync(QueueNames.Uploads) == 1, "the request waits");
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var request = (await channel.BasicGetAsync(QueueNames.Uploads, autoAck: false)).ShouldNotBeNull();
        await channel.BasicPublishAsync("", QueueNames.Uploads, mandatory: true, new BasicProperties(request.BasicProperties), request.Body);
        await channel.BasicRejectAsync(request.DeliveryTag, requeue: true);
    }
}
