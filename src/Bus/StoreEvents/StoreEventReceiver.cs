using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Pipeline.Bus.StoreEvents;

/// <summary>
/// The notifications that an object store publishes to the broker. The store publishes to the exchange; all API instances share the queue. A
/// notification is only a hint, so the queue is bounded and drops the oldest ones: the sweep of arrivals finds what a lost hint named.
/// </summary>
public sealed class StoreEventReceiver(IOptions<RabbitMqOptions> options, ILogger<StoreEventReceiver> logger)
{
    /// <summary>The exchange that the store publishes to. Its routing keys do not matter.</summary>
    public const string Exchange = "pipeline.store-events";

    /// <summary>The queue of the API instances.</summary>
    public const string Queue = "upload-api-store-events";

    /// <summary>Most bytes of a notification; larger ones are dropped.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MostWaiting = 100_000;
    private const int MostBytesWaiting = 64 * 1024 * 1024;
    private const int MostRedeliveries = 20;
    private const ushort AtOnce = 8;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Reads the queue until it is cancelled. It connects again after each fault.</summary>
    /// <param name="handle">Returns false if the notification is to be delivered again later.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task ReadAsync(Func<ReadOnlyMemory<byte>, CancellationToken, Task<bool>> handle, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ReadUntilBrokenAsync(handle, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.StoreEventsUnread(e.GetType().Name);
            }

            await Task.Delay(RetryDelay, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadUntilBrokenAsync(Func<ReadOnlyMemory<byte>, CancellationToken, Task<bool>> handle, CancellationToken cancellationToken)
    {
        var factory = options.Value.Factory();
        factory.ConsumerDispatchConcurrency = AtOnce;
        await using var connection = await factory.CreateConnectionAsync("pipeline store events", cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await DeclareAsync(channel, cancellationToken);
        await channel.BasicQosAsync(0, AtOnce, global: false, cancellationToken);

        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            broken.TrySetResult();
            return Task.CompletedTask;
        };
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => TakeAsync(channel, delivery, handle, cancellationToken);

        // The broker ends a consumer whose queue was deleted, and leaves the channel open.
        consumer.UnregisteredAsync += (_, _) =>
        {
            broken.TrySetResult();
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, cancellationToken);
        await broken.Task.WaitAsync(cancellationToken);
    }

    private static async Task DeclareAsync(IChannel channel, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = MostRedeliveries,
            ["x-max-length"] = MostWaiting,
            ["x-max-length-bytes"] = MostBytesWaiting,
            ["x-overflow"] = "drop-head",
        };
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(Queue, Exchange, "#", cancellationToken: cancellationToken);
    }

    private async Task TakeAsync(
        IChannel channel, BasicDeliverEventArgs delivery, Func<ReadOnlyMemory<byte>, CancellationToken, Task<bool>> handle, CancellationToken cancellationToken)
    {
        var isDone = true;
        try
        {
            if (delivery.Body.Length > MaxBytes) logger.StoreEventDropped(delivery.Body.Length);
            else isDone = await handle(delivery.Body, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.StoreEventFailed(e.GetType().Name);
            isDone = false;
        }

        if (isDone)
        {
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, cancellationToken);
            return;
        }

        // At once it would fail again, and use up its deliveries.
        await Task.Delay(RetryDelay, cancellationToken);
        await channel.BasicNackAsync(delivery.DeliveryTag, multiple: false, requeue: true, cancellationToken);
    }
}
