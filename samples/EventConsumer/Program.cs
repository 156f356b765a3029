using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

// Prints the events of all users: dotnet run --project samples/EventConsumer -- amqp://user:password@host/ [queue]
if (args is not [var address, ..])
{
    Console.Error.WriteLine("usage: EventConsumer amqp://user:password@host:5672/ [queue]");
    return 2;
}

var queue = args.ElementAtOrDefault(1) ?? "my-app-events";
var factory = new ConnectionFactory { Uri = new Uri(address), ClientProvidedName = queue }; // reconnects by itself
await using var connection = await factory.CreateConnectionAsync();
await using var channel = await connection.CreateChannelAsync();

// Durable and replicated: events wait here while this program is down. The exchange belongs to the API, so only look whether it exists.
await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
await channel.ExchangeDeclarePassiveAsync("pipeline.events");
foreach (var types in (string[])["asset.*", "batch.*"]) await channel.QueueBindAsync(queue, "pipeline.events", routingKey: types);
await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 20, global: false);

// Delivered at least once, so a program that acts on an event remembers its id and the newest sequence: in its own database, in the
// transaction of its action. Here they are in memory.
var seen = new HashSet<string>(StringComparer.Ordinal);
var newest = new Dictionary<string, int>(StringComparer.Ordinal);
var consumer = new AsyncEventingBasicConsumer(channel);
consumer.ReceivedAsync += async (_, delivery) =>
{
    Handle(delivery);
    await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false); // only now: if this program dies before, the event comes again
};
await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
Console.WriteLine($"Waiting for events in {queue}; Ctrl-C ends.");
await Task.Delay(Timeout.Infinite);
return 0;

void Handle(BasicDeliverEventArgs delivery)
{
    var id = delivery.BasicProperties.MessageId!;
    if (!seen.Add(id)) return; // a repeat

    using var document = JsonDocument.Parse(delivery.Body);
    var (type, sequence, data) = (document.RootElement.GetProperty("type").GetString()!, document.RootElement.GetProperty("sequence").GetInt32(), document.RootElement.GetProperty("data"));
    var subject = (data.TryGetProperty("batchId", out var batch) && type.StartsWith("batch.", StringComparison.Ordinal) ? batch : data.GetProperty("id")).GetString()!;
    if (newest.GetValueOrDefault(subject) > sequence) return; // late: a newer state is known
    newest[subject] = sequence;
    Console.WriteLine($"{type} {subject} {id}");
}
