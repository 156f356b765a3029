using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.UploadApi.Dispatch;

/// <summary>Asks RabbitMQ, by a connection of its own: it is asked rarely, and the bus does not tell.</summary>
public sealed class RabbitMqBacklog(IOptions<RabbitMqOptions> rabbit, IOptions<DispatchOptions> options, ILogger<RabbitMqBacklog> logger) : IBacklog
{
    private const ushort NoSuchQueue = 404;

    /// <inheritdoc />
    public async Task<IReadOnlySet<string>?> EmptyAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var empty = new HashSet<string>(StringComparer.Ordinal);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds));
        try
        {
            var factory = new ConnectionFactory { Uri = rabbit.Value.Uri!, AutomaticRecoveryEnabled = false };
            await using var connection = await factory.CreateConnectionAsync("pipeline backlog", deadline.Token);
            foreach (var queue in queues)
                if (await CountAsync(connection, queue, deadline.Token) == 0)
                    empty.Add(queue);
            return empty;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.BacklogUnknown(e);
            return null;
        }
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
