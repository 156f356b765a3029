using Pipeline.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.EndToEnd.Production;

/// <summary>Both hosts work with the least privileges of <c>deploy/rabbitmq-definitions.json</c>.</summary>
public sealed class LeastRightsTests
{
    private static readonly string[] Work = [QueueNames.Uploads, QueueNames.Reprocess, QueueNames.Suspects, QueueNames.Rescans];
    private static readonly string[] OfApi = [QueueNames.Outcomes, QueueNames.Profiles, QueueNames.Poison];

    [Fact]
    public async Task Two_hosts_with_few_rights_take_assets_through_their_lives_and_put_aside_what_cannot_be_right()
    {
        await using var servers = await ProductionServers.MakeAsync();
        var broker = servers.Broker;
        await servers.StartAsync(api: [("RabbitMq__ErrorQueueSeconds", "1")], worker: []);
        using var alice = servers.Person("alice");

        var ready = await alice.UploadAsync(PlainPhoto.Bytes);
        (await alice.TerminalAsync(ready)).Text("status").ShouldBe("ready");
        (await alice.TerminalAsync(await alice.UploadAsync(EicarFile.Bytes))).Text("status").ShouldBe("rejected");
        (await alice.PostAsync($"/api/assets/{ready}/reprocess")).Status.ShouldBe(202);
        await Eventually.True(async () => (await alice.TimelineKindsAsync(ready)).Count(kind => kind == "ready") == 2, "it is processed again");

        // A request that workers cannot read is returned until the broker dead-letters it; the API cannot read it either.
        await broker.PublishAsync(Envelope.ExchangeOf<UploadConfirmed>(), "{"u8.ToArray());
        await Eventually.True(async () => await broker.CountAsync($"{QueueNames.Poison}_error") == 1, "poison comes to the API's error queue");
        await broker.PublishAsync(Envelope.ExchangeOf<AssetReady>(), "{"u8.ToArray());
        await Eventually.True(async () => await broker.CountAsync($"{QueueNames.Outcomes}_error") == 1, "and so does an outcome that is none");
        foreach (var (exchange, queue) in new[] { (Envelope.ExchangeOf<ReprocessRequested>(), QueueNames.Reprocess), (Envelope.ExchangeOf<AssetReady>(), QueueNames.Outcomes) })
        {
            var unknown = Envelope.Of(Envelope.Upload(ready));
            unknown["messageType"] = new JsonArray("urn:message:Pipeline.Contracts:Unknown");
            await broker.PublishAsync(exchange, Envelope.Bytes(unknown));
            await Eventually.True(async () => await broker.CountAsync($"{queue}_skipped") == 1, "what no consumer knows is put aside as well");
        }

        foreach (var (queue, arguments) in (await broker.ArgumentsAsync()).Where(queue => queue.Key.EndsWith("_error", StringComparison.Ordinal) || queue.Key.EndsWith("_skipped", StringComparison.Ordinal) || queue.Key == QueueNames.Poison))
        {
            arguments.ShouldContain("x-max-length", customMessage: queue);
            arguments.ShouldContain("x-max-length-bytes", customMessage: queue);
            arguments.ShouldNotContain("x-dead-letter-exchange", customMessage: queue);
        }

        await Eventually.True(
            async () => (await alice.GetAsync("/health/ready")).Json["reasons"]?["error queues"]?.GetValue<string>().Contains("1 in processor-reprocess_skipped", StringComparison.Ordinal) == true,
            "the API sees the worker's queues too");
        (await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");

        // An operator gives each of them back with the same rights.
        using var olga = RescanTests.Operator(servers, "operator");
        foreach (var queue in (string[])[$"{QueueNames.Reprocess}_skipped", $"{QueueNames.Outcomes}_skipped"])
        {
            var lines = (await olga.GetAsync("/api/admin/queues")).Json["items"]!.AsArray();
            lines.Single(line => line!["name"]!.ToString() == queue)!["depth"]!.GetValue<long>().ShouldBe(1, queue);
            var answer = await olga.PostAsync($"/api/admin/queues/{queue}/return");
            (answer.Status, answer.Json["outdated"]?.GetValue<int>(), answer.Json["remaining"]?.GetValue<long>()).ShouldBe((200, 1, 0), queue);
        }
    }

    [Fact]
    public async Task Hostile_requests_of_every_kind_cost_the_worker_nothing()
    {
        await using var servers = await ProductionServers.MakeAsync();
        var broker = servers.Broker;
        await servers.StartAsync(api: [], worker: []);
        using var alice = servers.Person("alice");
        foreach (var type in new[] { nameof(UploadConfirmed), nameof(ReprocessRequested), nameof(SuspectRequested), nameof(RescanRequested) })
        {
            foreach (var field in Envelope.Of(Envelope.Upload(Guid.NewGuid()))["message"]!.AsObject().Select(property => property.Key))
            {
                foreach (var value in new Func<JsonNode?>[] { () => null, () => JsonValue.Create(-1), () => JsonValue.Create("../../etc/passwd\0"), () => new JsonObject { ["key"] = "../x" } })
                {
                    var envelope = Envelope.Of(Envelope.Upload(Guid.NewGuid()));
                    envelope["messageType"] = new JsonArray($"urn:message:Pipeline.Contracts:{type}");
                    envelope["message"]![field] = value();
                    await broker.PublishAsync($"Pipeline.Contracts:{type}", Envelope.Bytes(envelope));
                }
            }
        }

        (await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");
        foreach (var queue in Work) await Eventually.True(async () => await broker.CountAsync(queue) == 0, $"nothing stays in {queue}");
    }

    [Fact]
    public async Task A_worker_can_neither_give_itself_work_nor_touch_what_is_the_apis()
    {
        await using var servers = await ProductionServers.MakeAsync();
        var broker = servers.Broker;
        await servers.StartApiAsync();
        await using var worker = await broker.ConnectAsync("processor");

        foreach (var exchange in Work.Concat(OfApi).Concat([Envelope.ExchangeOf<UploadConfirmed>(), Envelope.ExchangeOf<ReprocessRequested>(), Envelope.ExchangeOf<SuspectRequested>(), Envelope.ExchangeOf<RescanRequested>(), "pipeline-dead-letters", "amq.fanout"]))
            await IsRefusedAsync(worker, channel => channel.BasicPublishAsync(exchange, QueueNames.Uploads, body: default).AsTask());
        await IsRefusedAsync(worker, channel => channel.BasicPublishAsync("", QueueNames.Uploads, body: default).AsTask());
        foreach (var queue in OfApi)
        {
            await IsRefusedAsync(worker, channel => channel.BasicGetAsync(queue, autoAck: true));
            await IsRefusedAsync(worker, channel => channel.BasicConsumeAsync(queue, autoAck: true, new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel)));
            await IsRefusedAsync(worker, channel => channel.QueuePurgeAsync(queue));
            await IsRefusedAsync(worker, channel => channel.QueueDeleteAsync(queue));
            await IsRefusedAsync(worker, channel => channel.ExchangeDeleteAsync(queue));
        }

        foreach (var queue in Work) await IsRefusedAsync(worker, channel => channel.QueueBindAsync(queue, Envelope.ExchangeOf<AssetReady>(), ""));
        await IsRefusedAsync(worker, channel => channel.ExchangeDeleteAsync(Envelope.ExchangeOf<AssetReady>()));
        await IsRefusedAsync(worker, channel => channel.ExchangeDeclareAsync("own", "fanout"));
        await IsRefusedAsync(worker, channel => channel.QueueDeclareAsync("own"));
    }

    [Fact]
    public async Task The_api_cannot_take_work()
    {
        await using var servers = await ProductionServers.MakeAsync();
        var broker = servers.Broker;
        await servers.StartApiAsync();
        await using var api = await broker.ConnectAsync("uploadapi");

        foreach (var queue in Work)
        {
            await IsRefusedAsync(api, channel => channel.BasicGetAsync(queue, autoAck: true));
            await IsRefusedAsync(api, channel => channel.BasicConsumeAsync(queue, autoAck: true, new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel)));
            await IsRefusedAsync(api, channel => channel.QueuePurgeAsync(queue));
        }

        await IsRefusedAsync(api, channel => channel.BasicPublishAsync(Envelope.ExchangeOf<AssetReady>(), "", body: default).AsTask());
    }

    [Fact]
    public async Task A_message_of_more_than_a_megabyte_does_not_enter_the_broker()
    {
        await using var broker = await OwnVirtualHost.MakeAsync();
        await using var connection = await broker.ConnectAsync();
        await IsClosedAsync(connection, 406, channel => channel.BasicPublishAsync("amq.fanout", "", body: new byte[(1024 * 1024) + 1]).AsTask());
    }

    private static Task IsRefusedAsync(IConnection connection, Func<IChannel, Task> deed) => IsClosedAsync(connection, 403, deed);

    // A broker refuses by closing the channel, which for a publish happens some time later.
    private static async Task IsClosedAsync(IConnection connection, ushort code, Func<IChannel, Task> deed)
    {
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            await deed(channel);
        }
        catch (Exception e) when (e is OperationInterruptedException or AlreadyClosedException)
        {
            // Checked below.
        }

        await Eventually.True(() => channel.CloseReason is not null, "the channel is closed");
        channel.CloseReason!.ReplyCode.ShouldBe(code);
    }
}
