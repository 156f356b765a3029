using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Bus;

namespace Pipeline.Assets.Dispatch;

/// <summary>Reads the message counts of the queues from RabbitMQ.</summary>
public sealed class RabbitMqBacklog(IOptions<RabbitMqOptions> rabbit, IOptions<DispatchOptions> options, ILogger<RabbitMqBacklog> logger) : IBacklog
{
    /// <inheritdoc />
    public async Task<IReadOnlySet<string>?> EmptyAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds));
        try
        {
            var counts = await QueueCounts.AskAsync(rabbit.Value, queues, deadline.Token);
            return counts.Where(count => count.Messages == 0).Select(count => count.Queue).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.BacklogUnknown(e);
            return null;
        }
    }
}
