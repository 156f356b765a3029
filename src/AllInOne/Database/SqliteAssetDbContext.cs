using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Pipeline.UploadApi.Assets;

namespace Pipeline.AllInOne.Database;

/// <summary>The asset database on SQLite. Its migrations stand beside it; they differ by provider.</summary>
public sealed class SqliteAssetDbContext(DbContextOptions<SqliteAssetDbContext> options) : AssetDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<SortableTime>();

    // SQLite has no time type that it can compare; microseconds since 1970 sort as numbers.
    private sealed class SortableTime() : ValueConverter<DateTimeOffset, long>(
        at => (at.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        micros => new DateTimeOffset(DateTime.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero));
}
