using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Bus.Outcomes;
using Pipeline.Contracts;

namespace Pipeline.Bus.ErrorQueues;

/// <summary>
/// Checks regularly for messages in the queues that nobody consumes, and reports them to the log and to readiness. It runs on its own timer, so
/// that readiness requests cost the broker nothing.
/// </summary>
internal sealed class ErrorQueueMonitor(IOptions<RabbitMqOptions> options, ReadLanes lanes, TimeProvider time, ILogger<ErrorQueueMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    internal static readonly string[] Consumed =
        [QueueNames.Uploads, QueueNames.Reprocess, QueueNames.Suspects, QueueNames.Rescans, QueueNames.Outcomes, QueueNames.Profiles, QueueNames.Poison];

    /// <summary>MassTransit's queues for messages that failed (<c>_error</c>) and for messages without a consumer (<c>_skipped</c>).</summary>
    internal static IEnumerable<string> Aside(IEnumerable<string> queues) => queues.SelectMany(queue => new[] { $"{queue}_error", $"{queue}_skipped" });

    // The API's user may read the length of its own queues only.
    private static readonly string[] Counted = [QueueNames.Uploads, QueueNames.Reprocess, QueueNames.Suspects, QueueNames.Rescans, QueueNames.Outcomes];

    /// <summary>The queues that held messages at the last check.</summary>
    public IReadOnlyList<(string Queue, uint Messages)> Filled { get; private set; } = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await CheckAsync(stoppingToken);
                await Task.Delay(TimeSpan.FromSeconds(options.Value.ErrorQueueSeconds), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task CheckAsync(CancellationToken stoppingToken)
    {
        using var deadline = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stoppingToken);
        try
        {
            var further = lanes.Queues;
            var watched = Aside([.. Consumed, .. further]).ToHashSet(StringComparer.Ordinal);
            var counts = await QueueCounts.AskAsync(options.Value, [.. watched, .. Counted, .. further], either.Token);
            BusMetrics.Waits(counts);
            List<(string Queue, uint Messages)> filled = [.. counts.Where(count => count.Messages > 0 && watched.Contains(count.Queue))];
            foreach (var (queue, messages) in filled.Except(Filled)) logger.ErrorQueueFilled(queue, messages);
            Filled = filled;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            BusMetrics.Waits(null);
            logger.ErrorQueuesUnknown(e.Message);
        }
    }
}
