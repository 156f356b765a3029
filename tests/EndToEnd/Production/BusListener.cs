using Pipeline.Bus.Events;
using RabbitMQ.Client;

namespace Pipeline.EndToEnd.Production;

/// <summary>An event as a program beside the broker gets it.</summary>
public sealed record HeardEvent(IReadOnlyBasicProperties Properties, string Key, JsonNode Body);

/// <summary>A queue of its own at the exchange of events.</summary>
public sealed class BusListener : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _queue;

    private BusListener(IConnection connection, IChannel channel, string queue) => (_connection, _channel, _queue) = (connection, channel, queue);

    /// <summary>Before the API has started, so that no event is missed; it declares the exchange as the API does.</summary>
    public static async Task<BusListener> OpenAsync(OwnVirtualHost broker)
    {
        var connection = await broker.ConnectAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(EventExchange.Name, ExchangeType.Topic, durable: true);
        var queue = await channel.QueueDeclareAsync(queue: "", durable: false, exclusive: true, autoDelete: true);
        await channel.QueueBindAsync(queue.QueueName, EventExchange.Name, "#");
        return new BusListener(connection, channel, queue.QueueName);
    }

    public async Task<IReadOnlyList<HeardEvent>> TakeAsync(int count)
    {
        var heard = new List<HeardEvent>();
        await Eventually.True(
            async () =>
            {
                while (await _channel.BasicGetAsync(_queue, autoAck: true) is { } message)
                    heard.Add(new HeardEvent(message.BasicProperties, message.RoutingKey, JsonNode.Parse(message.Body.Span)!));
                return heard.Count >= count;
            },
            $"{count} events arrive");
        return heard;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
