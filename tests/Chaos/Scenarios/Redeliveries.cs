using Pipeline.Contracts;
using Pipeline.TestKit;
using RabbitMQ.Client;

namespace Pipeline.Chaos.Scenarios;

/// <summary>The broker delivers old messages again, in any order and thousands of times, since it guarantees delivery at least once.</summary>
internal static class Redeliveries
{
    private static readonly string[] Exchanges =
    [
        .. new[] { typeof(UploadConfirmed), typeof(ProcessingStarted), typeof(AssetReady) }.Select(type => $"{type.Namespace}:{type.Name}"),
    ];

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        await world.StartWorkerAsync();
        using var client = world.Client();
        var confirmed = new List<Guid> { await client.UploadAsync(cancellationToken) };
        await world.DoneAsync("the first upload", TimeSpan.FromMinutes(2), cancellationToken);

        await using var connection = await new ConnectionFactory { Uri = new Uri(ProductionSettings.Of("", "")["RabbitMq__Uri"]) }.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        var tap = (await channel.QueueDeclareAsync(queue: "", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken)).QueueName;
        foreach (var exchange in Exchanges) await channel.QueueBindAsync(tap, exchange, routingKey: "#", cancellationToken: cancellationToken);

        confirmed.AddRange(await client.UploadAsync(10, cancellationToken));
        await world.DoneAsync("the uploads", TimeSpan.FromMinutes(2), cancellationToken);
        var messages = new List<BasicGetResult>();
        while (await channel.BasicGetAsync(tap, autoAck: true, cancellationToken) is { } message) messages.Add(message);
        ChaosException.Unless(Exchanges.All(e => messages.Any(m => m.Exchange == e)), "not every kind of message was seen");
        foreach (var exchange in Exchanges) await channel.QueueUnbindAsync(tap, exchange, routingKey: "#", cancellationToken: cancellationToken);
        var before = await StatesAsync(world, cancellationToken);

        var random = new Random(29);
        var times = scale.Of(10_000, 200);
        await Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (_, token) =>
        {
            BasicGetResult message;
            lock (random) message = messages[random.Next(messages.Count)];
            await channel.BasicPublishAsync(message.Exchange, "", mandatory: true, new BasicProperties(message.BasicProperties), message.Body, token);
        });

        // An upload made meanwhile waits in the same queue and is still processed.
        confirmed.AddRange(await client.UploadAsync(3, cancellationToken));
        await World.Slowly(async () => (await Queues.FilledAsync()).Count == 0, "all is delivered", TimeSpan.FromMinutes(20));
        await world.DoneAsync("all is delivered", TimeSpan.FromMinutes(2), cancellationToken);
        var after = await StatesAsync(world, cancellationToken);
        ChaosException.Unless(before.All(state => after.GetValueOrDefault(state.Key) == state.Value), "a redelivery has changed an asset that was ready");
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready: {result}");
        return new Finding($"{times} redeliveries to {before.Count} assets", $"no row and no object changed, nothing in an error queue; {result}");
    }

    private static async Task<Dictionary<Guid, string>> StatesAsync(World world, CancellationToken cancellationToken) =>
        (await world.Database.RowsAsync(cancellationToken)).ToDictionary(
            row => row.Id, row => $"{row.Status} {row.Work} {row.Dispatched} {row.Scanned} {row.Published?.Original.Key} {string.Join(' ', row.Published?.Variants.Select(v => v.Key) ?? [])}");
}
