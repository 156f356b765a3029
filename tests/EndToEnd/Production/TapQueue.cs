using Pipeline.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.EndToEnd.Production;

/// <summary>Receives a copy of every message on the broker, headers and body.</summary>
internal sealed class TapQueue : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _queue;

    private TapQueue(IConnection connection, IChannel channel, string queue) => (_connection, _channel, _queue) = (connection, channel, queue);

    /// <summary>Binds to the exchange of each message and of each queue; the hosts must have declared them.</summary>
    public static async Task<TapQueue> OpenAsync(OwnVirtualHost broker)
    {
        var connection = await broker.ConnectAsync();
        var channel = await connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync(queue: "", durable: false, exclusive: true, autoDelete: true);
        foreach (var exchange in Exchanges())
        {
            await using var probe = await connection.CreateChannelAsync();
            try
            {
                await probe.ExchangeDeclarePassiveAsync(exchange);
            }
            catch (OperationInterruptedException)
            {
                // The type is not a message, or an error queue is empty so far.
                continue;
            }

            await channel.QueueBindAsync(queue.QueueName, exchange, routingKey: "#");
        }

        return new TapQueue(connection, channel, queue.QueueName);
    }

    /// <summary>All messages so far.</summary>
    public async Task<IReadOnlyList<string>> TakeAllAsync()
    {
        var messages = new List<string>();
        while (await _channel.BasicGetAsync(_queue, autoAck: true) is { } message)
        {
            var headers = string.Join('\n', (message.BasicProperties.Headers ?? new Dictionary<string, object?>()).Select(h => $"{h.Key}: {Text(h.Value)}"));
            messages.Add($"{message.Exchange}\n{headers}\n{Encoding.UTF8.GetString(message.Body.Span)}");
        }

        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    // The bus names the exchange of a message by namespace and type, and that of a queue by the queue.
    private static IEnumerable<string> Exchanges() => typeof(UploadConfirmed).Assembly.GetExportedTypes()
        .Select(type => $"{type.Namespace}:{type.Name}")
        .Concat(typeof(QueueNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).SelectMany(name => new[] { name, name + "_error", name + "_skipped" }));

    private static string Text(object? value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{value}";
}
