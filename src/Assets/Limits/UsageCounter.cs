using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Limits;

/// <summary>
/// What a user, or a tenant as a whole, has announced on one day or has stored. It changes in the transaction that changes the assets, so it
/// is exact however many instances there are, and whatever is repeated.
/// </summary>
public sealed class UsageCounter
{
    /// <summary>The <see cref="Day"/> of the row that counts what is stored.</summary>
    public const int Stored = 0;

    /// <summary>The <see cref="UserId"/> of the rows of the tenant as a whole. No user has an empty id.</summary>
    public const string WholeTenant = "";

    public required string TenantId { get; init; }

    public required string UserId { get; init; }

    /// <summary>Days from 0001-01-01 to the UTC day, as <see cref="DateOnly.DayNumber"/> counts; <see cref="Stored"/> for what is stored.</summary>
    public required int Day { get; init; }

    public long Files { get; init; }

    public long Bytes { get; init; }

    /// <summary>The day of this time.</summary>
    public static int DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime).DayNumber;

    /// <summary>When the day ends.</summary>
    public static DateTimeOffset EndOf(int day) => new(DateOnly.FromDayNumber(day + 1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    internal static void Configure(EntityTypeBuilder<UsageCounter> counter)
    {
        counter.ToTable("usage_counters");
        counter.HasKey(c => new { c.TenantId, c.UserId, c.Day });
        counter.Property(c => c.TenantId).HasMaxLength(Caller.MaxTenantLength);
        counter.Property(c => c.UserId).HasMaxLength(128);
    }
}
