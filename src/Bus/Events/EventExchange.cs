using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Pipeline.Bus.Events;

/// <summary>An event for other programs of the operator.</summary>
/// <param name="Id">The same on all roads; the <c>message-id</c>.</param>
/// <param name="Type">The type, which is also the routing key.</param>
/// <param name="At">When it happened.</param>
/// <param name="TenantId">The tenant of the owner; the header <c>tenant</c>.</param>
/// <param name="OwnerId">The owner; the header <c>owner</c>.</param>
/// <param name="Body">The JSON document.</param>
public sealed record ExchangedEvent(string Id, string Type, DateTimeOffset At, string TenantId, string OwnerId, ReadOnlyMemory<byte> Body);

/// <summary>
/// The topic exchange of events, on a connection of its own: other programs read plain JSON and need not know MassTransit. It routes by type;
/// an event that no queue is bound for is dropped, since nobody asked for it.
/// </summary>
public sealed class EventExchange(IOptions<RabbitMqOptions> options) : IAsyncDisposable
{
    /// <summary>Part of the wire format.</summary>
    public const string Name = "pipeline.events";

    // Confirms that a dying broker owes never come.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Declares the exchange, so that other programs can bind their queues before the first event; throws if the broker does not allow it.</summary>
    public Task DeclareAsync(CancellationToken cancellationToken) => PublishAsync([], cancellationToken);

    /// <summary>Publishes in this order and returns once the broker has confirmed all; throws if it does not, and some may be published then.</summary>
    public async Task PublishAsync(IReadOnlyCollection<ExchangedEvent> events, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        await _one.WaitAsync(deadline.Token);
        try
        {
            var channel = await OpenAsync(deadline.Token);
            var confirms = new List<Task>();
            foreach (var one in events)
                confirms.Add(channel.BasicPublishAsync(Name, one.Type, mandatory: false, Properties(one), one.Body, deadline.Token).AsTask());
            await Task.WhenAll(confirms).WaitAsync(deadline.Token);
        }
        catch
        {
            await CloseAsync();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _one.Dispose();
    }

    private static BasicProperties Properties(ExchangedEvent one) => new()
    {
        MessageId = one.Id,
        Type = one.Type,
        AppId = "pipeline",
        ContentType = "application/json",
        Persistent = true,
        Timestamp = new AmqpTimestamp(one.At.ToUnixTimeSeconds()),
        Headers = new Dictionary<string, object?> { ["tenant"] = one.TenantId, ["owner"] = one.OwnerId },
    };

    private async Task<IChannel> OpenAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true } open) return open;
        await CloseAsync();
        var factory = options.Value.Factory();
        _connection = await factory.CreateConnectionAsync("pipeline events", cancellationToken);
        _channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        await _channel.ExchangeDeclareAsync(Name, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        return _channel;
    }

    private async Task CloseAsync()
    {
        var (channel, connection) = (_channel, _connection);
        (_channel, _connection) = (null, null);

        // An abort does not fail on a connection that is closed or broken already.
        if (connection is not null) await connection.AbortAsync(CloseLimit);
        if (channel is not null) await channel.DisposeAsync();
        if (connection is not null) await connection.DisposeAsync();
    }
}
