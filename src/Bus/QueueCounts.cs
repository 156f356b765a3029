using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Bus;

/// <summary>
/// Reads message counts of queues from RabbitMQ on a separate connection: MassTransit does not expose the counts, and they are read rarely.
/// </summary>
public static class QueueCounts
{
    private const ushort NoSuchQueue = 404;

    /// <returns>The number of messages waiting in each queue; 0 for a queue that does not exist.</returns>
    public static async Task<IReadOnlyList<(string Queue, uint Messages)>> AskAsync(RabbitMqOptions broker, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var counts = new List<(string, uint)>();
        await using var connection = await broker.Factory().CreateConnectionAsync("pipeline counts", cancellationToken);
        foreach (var queue in queues) counts.Add((queue, await CountAsync(connection, queue, cancellationToken)));
        return counts;
    }

    // A broker that lost its data lacks the queue too, and reports that by closing the channel.
    private static async Task<uint> CountAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.MessageCountAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == NoSuchQueue)
        {
            return 0;
        }
    }
}
