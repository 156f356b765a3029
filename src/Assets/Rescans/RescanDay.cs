using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Rescans;

/// <summary>The bytes that rescans of all tenants were allowed to read on one day.</summary>
public sealed class RescanDay
{
    /// <summary>Days since 1970, by UTC.</summary>
    public required int Day { get; init; }

    public required long Bytes { get; set; }

    internal static int Of(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / 86_400);

    internal static void Configure(EntityTypeBuilder<RescanDay> day)
    {
        day.ToTable("rescan_days");
        day.HasKey(d => d.Day);
        day.Property(d => d.Day).ValueGeneratedNever();
    }
}
