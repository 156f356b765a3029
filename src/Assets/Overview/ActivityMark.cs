using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Overview;

/// <summary>Something that explains a change of the counts. The first result of an engine stays for good, because it says which engines are known.</summary>
public sealed class ActivityMark
{
    public const string Engine = "engine";
    public const string Outage = "outage";

    /// <summary>Nobody counted, so the time has no figures.</summary>
    public const string Unmeasured = "unmeasured";

    /// <summary>Longest subject.</summary>
    public const int MaxSubject = 256;

    /// <summary>One of the constants.</summary>
    public required string Kind { get; init; }

    /// <summary>The engine, or the dependency.</summary>
    public required string Subject { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it ended; null if it has no length.</summary>
    public DateTimeOffset? Until { get; init; }

    internal static void Configure(EntityTypeBuilder<ActivityMark> mark)
    {
        mark.ToTable("activity_marks");
        mark.HasKey(m => new { m.Kind, m.Subject, m.At });
        mark.Property(m => m.Kind).HasMaxLength(16);
        mark.Property(m => m.Subject).HasMaxLength(MaxSubject);
        mark.HasIndex(m => m.At);
    }
}
