using Pipeline.Contracts;
using RabbitMQ.Client;

namespace Pipeline.EndToEnd.Production;

/// <summary>Receives a copy of each outcome that workers publish to the exchange of lanes.</summary>
internal sealed class LaneTap : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _queue;

    private LaneTap(IConnection connection, IChannel channel, string queue) => (_connection, _channel, _queue) = (connection, channel, queue);

    /// <summary>The API must have declared the exchange.</summary>
    public static async Task<LaneTap> OpenAsync(OwnVirtualHost broker)
    {
        var connection = await broker.ConnectAsync();
        var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync(queue: "", durable: false, exclusive: true, autoDelete: true)).QueueName;
        for (var lane = 0; lane < OutcomeLanes.Most; lane++) await channel.QueueBindAsync(queue, OutcomeLanes.Exchange, OutcomeLanes.KeyOf(lane));
        return new LaneTap(connection, channel, queue);
    }

    /// <summary>Lane and asset of each outcome since the last call.</summary>
    public async Task<IReadOnlyList<(int Lane, Guid Asset)>> TakeAsync()
    {
        var taken = new List<(int, Guid)>();
        while (await _channel.BasicGetAsync(_queue, autoAck: true) is { } message)
            taken.Add((int.Parse(message.RoutingKey), JsonNode.Parse(message.Body.Span)!["message"]!["assetId"]!.GetValue<Guid>()));
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
