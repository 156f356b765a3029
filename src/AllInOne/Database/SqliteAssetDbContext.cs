using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Pipeline.Storage;
using Pipeline.UploadApi.Assets;

namespace Pipeline.AllInOne.Database;

/// <summary>The asset database on SQLite. Its migrations stand beside it; they differ by provider.</summary>
public sealed class SqliteAssetDbContext(DbContextOptions<SqliteAssetDbContext> options) : AssetDbContext(options)
{
    private const int SqliteFull = 13;

    /// <inheritdoc />
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (Exception e) when ((e as SqliteException ?? e.InnerException as SqliteException) is { SqliteErrorCode: SqliteFull })
        {
            throw new InsufficientStorageException("There is no room for the database to change.", e);
        }
    }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<SortableTime>();

    // SQLite has no time type that it can compare; microseconds since 1970 sort as numbers.
    private sealed class SortableTime() : ValueConverter<DateTimeOffset, long>(
        at => (at.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        micros => new DateTimeOffset(DateTime.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero));
}
