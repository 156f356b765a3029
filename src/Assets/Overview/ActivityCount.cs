using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Overview;

/// <summary>How much of one kind happened in a span of time, over the whole installation.</summary>
public sealed class ActivityCount
{
    /// <summary>Length of the span in seconds: one of <see cref="ActivitySpan"/>.</summary>
    public required int Span { get; init; }

    /// <summary>Begin of the span in Unix seconds; a multiple of its length.</summary>
    public required long At { get; init; }

    /// <summary>One of <see cref="ActivityKind"/>.</summary>
    public required string Kind { get; init; }

    public required long Count { get; init; }

    internal static void Configure(EntityTypeBuilder<ActivityCount> count)
    {
        count.ToTable("activity_counts");
        count.HasKey(c => new { c.Span, c.At, c.Kind });
        count.Property(c => c.Kind).HasMaxLength(16);
    }
}

/// <summary>The lengths of the spans, and how long each is kept.</summary>
public static class ActivitySpan
{
    public const int Minute = 60;
    public const int Quarter = 900;
    public const int Hour = 3_600;

    internal static readonly (int Span, TimeSpan Kept)[] All = [(Minute, TimeSpan.FromHours(3)), (Quarter, TimeSpan.FromDays(2)), (Hour, TimeSpan.FromDays(8))];

    /// <summary>The begin of the span that contains a time.</summary>
    public static long Of(int span, DateTimeOffset at) => at.ToUnixTimeSeconds() / span * span;
}

/// <summary>The figures that are counted.</summary>
public static class ActivityKind
{
    /// <summary>Confirmed uploads.</summary>
    public const string Arrived = "arrived";

    public const string Ready = "ready";

    public const string Rejected = "rejected";

    /// <summary>Revisions whose last attempt failed.</summary>
    public const string Failed = "failed";

    /// <summary>For how many seconds the oldest request waited, at most in the span.</summary>
    public const string OldestWaiting = "oldest_waiting";

    /// <summary>Deliveries to webhooks that were due, at most in the span.</summary>
    public const string WebhooksBehind = "webhooks_behind";
}
