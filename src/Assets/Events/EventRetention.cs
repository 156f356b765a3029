using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;

namespace Pipeline.Assets.Events;

/// <summary>How long the feed repeats events. Section <c>Events</c>.</summary>
public sealed class EventOptions
{
    public const string Section = "Events";

    /// <summary>Days for which a client can read past events by a cursor. Default 30.</summary>
    [Range(1, 3_660)]
    public int KeepDays { get; set; } = 30;
}

/// <summary>How long timelines are kept. Section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>
    /// Whole months for which events stay in the timelines of their assets. Default 24. Scanner, engine and recipe of what is published stay
    /// with the publication.
    /// </summary>
    [Range(1, 1_200)]
    public int KeepMonths { get; set; } = 24;
}

/// <summary>Stores the events by month.</summary>
public interface IEventPartitions
{
    /// <summary>Makes room for the events of this month and the next ones.</summary>
    Task PrepareAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Drops the events of all months that ended before this time.</summary>
    Task DropBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken);
}

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
