using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Costs;

/// <summary>How many requests all hosts sent to object stores on one day, by area, operation and cause.</summary>
public sealed class RequestCount
{
    /// <summary>Days from 0001-01-01 to the UTC day, as <see cref="DateOnly.DayNumber"/> counts.</summary>
    public required int Day { get; init; }

    public required string Area { get; init; }

    public required string Operation { get; init; }

    public required string Cause { get; init; }

    public long Requests { get; init; }

    internal static void Configure(EntityTypeBuilder<RequestCount> count)
    {
        count.ToTable("request_counts");
        count.HasKey(c => new { c.Day, c.Area, c.Operation, c.Cause });
        count.Property(c => c.Area).HasMaxLength(16);
        count.Property(c => c.Operation).HasMaxLength(16);
        count.Property(c => c.Cause).HasMaxLength(16);
    }
}
