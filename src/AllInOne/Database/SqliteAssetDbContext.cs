using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.AllInOne.Database;

/// <summary>The asset database on SQLite. Its migrations are in this project, because migrations differ by provider.</summary>
/// <param name="options">Options of EF Core.</param>
/// <param name="limits">Say whether tenants are counted; null for no.</param>
public sealed class SqliteAssetDbContext(DbContextOptions<SqliteAssetDbContext> options, IOptions<LimitsOptions>? limits = null) : AssetDbContext(options, limits)
{
    private const int SqliteFull = 13;
    private const int SqlitePrimaryKey = 1555;
    private const int SqliteUnique = 2067;

    /// <inheritdoc />
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (Exception e) when ((e as SqliteException ?? e.InnerException as SqliteException) is { SqliteErrorCode: SqliteFull })
        {
            throw new InsufficientStorageException("The disk is too full for a change of the database.", e);
        }
    }

    /// <inheritdoc />
    public override async Task<(string Reason, string? Detail)?> WhyNoWritesAsync(CancellationToken cancellationToken)
    {
        // Uses a new connection: an open one would continue to use a deleted file, and a default one would create an empty database.
        var file = new SqliteConnectionStringBuilder(Database.GetConnectionString()) { Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 3 };
        if (!File.Exists(file.DataSource)) return ("the database is missing: its file or folder does not exist any more", null);
        try
        {
            await using var connection = new SqliteConnection(file.ConnectionString);
            await connection.OpenAsync(cancellationToken);

            // Writes one page to the log. Nothing reads user_version, and its value does not change. One statement per command, because in a
            // batch the provider hides errors after the first statement with a result.
            foreach (var statement in (string[])["SELECT 1 FROM assets LIMIT 1", "BEGIN IMMEDIATE", "PRAGMA user_version = 0", "COMMIT"])
            {
                await using var command = connection.CreateCommand();
                command.CommandText = statement;
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            return null;
        }
        catch (SqliteException e)
        {
            return ($"the database refuses writes: {Words(e.SqliteErrorCode)}", e.Message);
        }
    }

    // SQLite's result codes: https://www.sqlite.org/rescode.html
    private static string Words(int code) => code switch
    {
        1 => "it is another database than before",
        5 or 6 => "it is locked",
        8 => "it is read-only",
        10 => "its disk has errors",
        11 or 26 => "its file is damaged",
        13 => "its disk is full",
        14 => "its file cannot be opened",
        _ => "it refuses them",
    };

    /// <inheritdoc />
    protected override bool IsDuplicateKey(DbException exception) => exception is SqliteException { SqliteExtendedErrorCode: SqlitePrimaryKey or SqliteUnique };

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<SortableTime>();

    // SQLite has no comparable time type; microseconds since 1970 sort as numbers.
    private sealed class SortableTime() : ValueConverter<DateTimeOffset, long>(
        at => (at.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        micros => new DateTimeOffset(DateTime.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero));
}
