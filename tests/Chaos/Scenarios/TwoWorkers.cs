using Pipeline.Contracts;
using Pipeline.TestKit;
using RabbitMQ.Client;

namespace Pipeline.Chaos.Scenarios;

/// <summary>
/// The broker delivers requests again while a worker is about to publish them, and another worker takes them. Both come to the same step, and then both
/// write the variants of the same revisions and report them: at the same time, or the second when the first has ended.
/// </summary>
internal static class TwoWorkers
{
    private const int AtOnce = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(4);
    private static readonly string Exchange = $"{typeof(UploadConfirmed).Namespace}:{nameof(UploadConfirmed)}";

    // The first holds its writes until the second has come as far, which takes longer than a write may.
    private static readonly (string Name, string Value)[] Worker =
    [
        ("Storage__S3__AttemptTimeout", "00:10:00"), ("Storage__S3__OperationTimeout", "00:20:00"), ("Processor__Messaging__Concurrency", $"{AtOnce}"),
    ];

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var rounds = scale.Of(10, 2);
        await using var first = await StoreProxy.StartAsync();
        await using var second = await StoreProxy.StartAsync();
        await using var world = await World.CreateAsync();
        var api = await world.StartApiAsync([World.WholeShare, .. World.WithTimeouts]);
        await world.StartWorkerAsync([first.Setting, .. Worker]);
        using var client = world.Client();
        var confirmed = new List<Guid> { await client.UploadAsync(cancellationToken) };
        await world.DoneAsync("the first upload", Soon, cancellationToken);

        await using var connection = await new ConnectionFactory { Uri = new Uri(ProductionSettings.Of("", "")["RabbitMq__Uri"]) }.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        var tap = (await channel.QueueDeclareAsync(queue: "", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken)).QueueName;
        for (var round = 0; round < rounds; round++)
        {
            var (one, other) = (new Gate(first, Requests.IsVariant), new Gate(second, Requests.IsVariant));
            await channel.QueueBindAsync(tap, Exchange, routingKey: "#", cancellationToken: cancellationToken);
            confirmed.AddRange(await client.UploadAsync(AtOnce, cancellationToken));
            await Eventually.True(() => one.Waiting == AtOnce * Photo.Variants, "the first is about to publish", Soon);
            await channel.QueueUnbindAsync(tap, Exchange, routingKey: "#", cancellationToken: cancellationToken);

            // The first has no place left, so the copies go to its rival.
            var rival = await world.StartWorkerAsync([second.Setting, .. Worker]);
            while (await channel.BasicGetAsync(tap, autoAck: true, cancellationToken) is { } message)
                await channel.BasicPublishAsync(message.Exchange, "", mandatory: true, new BasicProperties(message.BasicProperties), message.Body, cancellationToken);
            await Eventually.True(() => other.Waiting == AtOnce * Photo.Variants, "the second is about to publish the same", Soon);
            one.Open();
            if (round % 2 == 1) await world.DoneAsync("the first has published", Soon, cancellationToken);
            other.Open();
            await world.DoneAsync("both have published", Soon, cancellationToken);
            await World.Slowly(() => Task.FromResult(confirmed.TakeLast(AtOnce).All(id => Ends(api.Log, id) == 2)), "both have reported", Soon);
            await world.KillWorkerAsync(rival);
            first.Heal();
            second.Heal();
        }

        var twice = await world.Database.NumberAsync(
            """SELECT count(*) FROM (SELECT 1 FROM asset_events WHERE "Kind" = 'ready' GROUP BY "AssetId" HAVING count(*) <> 1) AS twice""", cancellationToken);
        ChaosException.Unless(twice == 0, $"{twice} revisions ended twice");
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready: {result}");
        return new Finding($"{rounds * AtOnce} assets, each by two workers", $"each revision ended once; {result}");
    }

    // The API's log lines for outcomes, accepted or dropped.
    private static int Ends(string log, Guid id) =>
        log.Split('\n').Count(line => line.Contains($"{id}", StringComparison.Ordinal) && line.Contains(nameof(AssetReady), StringComparison.Ordinal));
}
