using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;

namespace Pipeline.Bus.ErrorQueues;

/// <summary>
/// Looks now and then whether messages lie in the queues that nobody consumes, and tells the log and readiness. By itself and not when
/// readiness is asked, so that asking costs the broker nothing.
/// </summary>
internal sealed class ErrorQueueMonitor(IOptions<RabbitMqOptions> options, TimeProvider time, ILogger<ErrorQueueMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] Consumed =
        [QueueNames.Uploads, QueueNames.Reprocess, QueueNames.Suspects, QueueNames.Outcomes, QueueNames.Profiles, QueueNames.Poison];

    /// <summary>The names that MassTransit gives: of what failed, and of what no consumer knows.</summary>
    private static readonly string[] Watched = [.. Consumed.SelectMany(queue => new[] { $"{queue}_error", $"{queue}_skipped" })];

    /// <summary>Those that hold something, as they were seen last.</summary>
    public IReadOnlyList<(string Queue, uint Messages)> Filled { get; private set; } = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(TimeSpan.FromSeconds(options.Value.ErrorQueueSeconds), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        using var deadline = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stoppingToken);
        try
        {
            var counts = await QueueCounts.AskAsync(options.Value.Uri!, Watched, either.Token);
            List<(string Queue, uint Messages)> filled = [.. counts.Where(count => count.Messages > 0)];
            foreach (var (queue, messages) in filled.Except(Filled)) logger.ErrorQueueFilled(queue, messages);
            Filled = filled;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            logger.ErrorQueuesUnknown(e.Message);
        }
    }
}
