using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;

namespace Pipeline.Assets.Events;

/// <summary>Drops events that are older than <see cref="LedgerOptions.KeepMonths"/> and <see cref="EventOptions.KeepDays"/>, by whole months.</summary>
public sealed class EventRetention(
    IEventPartitions partitions, IOptions<EventOptions> events, IOptions<LedgerOptions> ledger, TimeProvider time) : ISweep
{
    /// <summary>Seconds between two runs: a quarter of a day.</summary>
    internal const int IntervalSeconds = 21_600;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await partitions.PrepareAsync(now, cancellationToken);
        var (feed, timelines) = (now.AddDays(-events.Value.KeepDays), now.AddMonths(-ledger.Value.KeepMonths));
        await partitions.DropBeforeAsync(feed < timelines ? feed : timelines, cancellationToken);
    }
}
