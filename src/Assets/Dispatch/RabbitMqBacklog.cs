using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Bus;
using Pipeline.Contracts;

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
            var asked = queues.ToHashSet(StringComparer.Ordinal);
            if (asked.Contains(QueueNames.Outcomes)) asked.UnionWith(OutcomeLanes.Further);
            var counts = await QueueCounts.AskAsync(rabbit.Value, asked, deadline.Token);
            var empty = counts.Where(count => count.Messages == 0).Select(count => count.Queue).ToHashSet(StringComparer.Ordinal);

            // Outcomes wait as long as one lane has some, whichever host made it.
            if (counts.Any(count => count.Messages > 0 && OutcomeLanes.Further.Contains(count.Queue, StringComparer.Ordinal))) empty.Remove(QueueNames.Outcomes);
            return empty;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.BacklogUnknown(e);
            return null;
        }
    }
}
