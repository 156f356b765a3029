using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Runs.Walks;

/// <summary>Something that a walk found in the store or in a table.</summary>
public sealed class RunFinding
{
    public const int MaxKey = 1024;
    public const int MaxDetail = 500;

    public required Guid RunId { get; init; }

    /// <summary>Place in the run, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>A code of the run's kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The area of the object; null for a row.</summary>
    public string? Area { get; init; }

    /// <summary>The key in its area; null for a row.</summary>
    public string? Key { get; init; }

    public Guid? AssetId { get; init; }

    /// <summary>A sentence for the operator.</summary>
    public string? Detail { get; init; }

    /// <summary>Bytes of the object.</summary>
    public long? Size { get; init; }

    /// <summary>Its tag.</summary>
    public string? ETag { get; init; }

    /// <summary>When the object was written.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>When it was found.</summary>
    public required DateTimeOffset At { get; init; }

    internal static RunFinding Of(Run run, int number, WalkFinding finding, DateTimeOffset now) => new()
    {
        RunId = run.Id,
        Number = number,
        Kind = finding.Kind,
        Area = finding.Area,
        Key = Cut(finding.Key, MaxKey),
        AssetId = finding.AssetId,
        Detail = Cut(finding.Detail, MaxDetail),
        Size = finding.Size,
        ETag = Cut(finding.ETag, 128),
        ModifiedAt = finding.ModifiedAt,
        At = now,
    };

    internal static void Configure(EntityTypeBuilder<RunFinding> finding)
    {
        finding.ToTable("run_findings");
        finding.HasKey(f => new { f.RunId, f.Number });
        finding.Property(f => f.Kind).HasMaxLength(32);
        finding.Property(f => f.Area).HasMaxLength(16);
        finding.Property(f => f.Key).HasMaxLength(MaxKey);
        finding.Property(f => f.Detail).HasMaxLength(MaxDetail);
        finding.Property(f => f.ETag).HasMaxLength(128);
    }

    private static string? Cut(string? text, int most) => text?.Length > most ? text[..most] : text;
}
