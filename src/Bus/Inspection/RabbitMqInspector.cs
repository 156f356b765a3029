using Microsoft.Extensions.Options;
using Pipeline.Bus.ErrorQueues;
using Pipeline.Bus.Outcomes;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Bus.Inspection;

/// <summary>Looks into RabbitMQ's queues with the rights of the API's user, so it needs no management plugin.</summary>
public sealed class RabbitMqInspector(IOptions<RabbitMqOptions> options, ReadLanes lanes) : IQueueInspector
{
    /// <inheritdoc />
    public Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellationToken) => WithAsync<IReadOnlyList<QueueState>>(
        async connection =>
        {
            var states = new List<QueueState>();
            string[] consumed = [.. ErrorQueueMonitor.Consumed, .. lanes.Queues];
            foreach (var queue in consumed) states.Add(await StateAsync(connection, queue, isDeadLetters: false, cancellationToken));
            foreach (var queue in ErrorQueueMonitor.Aside(consumed)) states.Add(await StateAsync(connection, queue, isDeadLetters: true, cancellationToken));
            return states;
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<int> TakeAsync(string queue, int most, Func<ReadOnlyMemory<byte>, Task<bool>> handle, CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            // Unacknowledged letters go back to the queue when the channel closes, also if this process dies.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var seen = 0;
            try
            {
                await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                return 0;
            }

            for (; seen < most && await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is { } letter; seen++)
                if (await handle(letter.Body)) await channel.BasicAckAsync(letter.DeliveryTag, multiple: false, cancellationToken);
            return seen;
        },
        cancellationToken);

    private static async Task<QueueState> StateAsync(IConnection connection, string queue, bool isDeadLetters, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            var state = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return new QueueState(queue, state.MessageCount, state.ConsumerCount, isDeadLetters);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // MassTransit declares such a queue with its first message.
            return new QueueState(queue, 0, 0, isDeadLetters);
        }
    }

    private async Task<T> WithAsync<T>(Func<IConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await options.Value.Factory().CreateConnectionAsync("pipeline queues", cancellationToken);
            return await use(connection);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            throw new UnauthorizedAccessException("RabbitMQ refuses the user this right.", e);
        }
        catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or TimeoutException)
        {
            throw new IOException("RabbitMQ does not answer.", e);
        }
    }
}
