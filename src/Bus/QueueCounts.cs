using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Bus;

/// <summary>Asks RabbitMQ how much lies in queues, by a connection of its own: it is asked rarely, and the bus does not tell.</summary>
public static class QueueCounts
{
    private const ushort NoSuchQueue = 404;

    /// <returns>The messages that wait in each queue; of one that is not there, none.</returns>
    public static async Task<IReadOnlyList<(string Queue, uint Messages)>> AskAsync(Uri broker, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var counts = new List<(string, uint)>();
        var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync("pipeline counts", cancellationToken);
        foreach (var queue in queues) counts.Add((queue, await CountAsync(connection, queue, cancellationToken)));
        return counts;
    }

    // A broker that has lost everything has lost the queue as well, and says so by closing the channel.
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
