using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Pipeline.AllInOne.Embedding;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting;

namespace Pipeline.AllInOne.Database;

/// <summary>
/// Migrates a copy of the database, which then replaces the original atomically: a process killed at any point leaves the old or the new
/// database, whole. EF Core's own way is not safe here: its lock is a row that outlives a kill and blocks for ever, and it rebuilds tables
/// outside transactions. The lock of the data folder keeps all other servers out meanwhile.
/// </summary>
internal static partial class SqliteMigration
{
    private const string Ending = ".migrating";

    /// <exception cref="StartFaultException">The database cannot be opened or written.</exception>
    public static async Task RunAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await using var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
        var path = new SqliteConnectionStringBuilder(db.Database.GetConnectionString()).DataSource;
        try
        {
            await RunAsync(db, path, services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SqliteMigration).FullName!));
        }
        catch (SqliteException e)
        {
            throw Explain(e, path);
        }
    }

    private static async Task RunAsync(AssetDbContext db, string path, ILogger logger)
    {
        var copy = path + Ending;
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(copy) + "*")) File.Delete(left);
        if (File.Exists(path)) await CheckAsync(path);
        var pending = (await db.Database.GetPendingMigrationsAsync()).Count();
        if (pending > 0)
        {
            logger.LogMigrates(pending);

            // A pooled connection would keep using the replaced file.
            SqliteConnection.ClearAllPools();
            if (File.Exists(path)) await CopyAsync(path, copy);
            await MigrateAsync(copy, logger);
            PrivateFiles.Replace(copy, path);
        }

        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL");
    }

    // A damaged page may hide rows, and objects without a row are deleted; so never serve from a damaged file.
    private static async Task CheckAsync(string path)
    {
        await using var connection = await OpenAsync(path);
        if (await ExecuteAsync(connection, "PRAGMA quick_check(1)") is not "ok") throw Damaged(path);
    }

    // Includes the write-ahead log in the copy, and leaves no log behind that SQLite would apply to the new file.
    private static async Task CopyAsync(string path, string copy)
    {
        await using var connection = await OpenAsync(path);
        if (await ExecuteAsync(connection, "PRAGMA journal_mode = DELETE") is not "delete")
            throw new StartFaultException(StartExit.Away, $"`Data:Folder`: another program has {path} open: close it there");
        await ExecuteAsync(connection, $"VACUUM INTO '{copy.Replace("'", "''", StringComparison.Ordinal)}'");
    }

    private static async Task MigrateAsync(string copy, ILogger logger)
    {
        await using (var connection = await OpenAsync(copy))
        {
            // The lock of an older version that was killed during a migration.
            if (await ExecuteAsync(connection, "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'") is > 0L)
            {
                if (await ExecuteAsync(connection, "SELECT count(*) FROM \"__EFMigrationsLock\"") is > 0L) logger.LogLockCleared();
                await ExecuteAsync(connection, "DROP TABLE \"__EFMigrationsLock\"");
            }
        }

        await using (var db = new SqliteAssetDbContext(new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite(Connection(copy)).Options))
        {
            await db.Database.MigrateAsync();
            await UsageRecount.CountFirstAsync(db, CancellationToken.None);

            // EF Core creates new files in WAL mode; this file must be complete without a log.
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = DELETE");
        }

        await using var file = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    // Without pooling, so that the file is closed before it is moved.
    private static string Connection(string path) => new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString;

    private static async Task<SqliteConnection> OpenAsync(string path)
    {
        var connection = new SqliteConnection(Connection(path));
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<object?> ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private static StartFaultException Explain(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        5 or 6 => Fault(StartExit.Away, $"another program has locked {path}: close it there"),
        11 or 26 => Damaged(path),
        13 => Fault(StartExit.Away, $"the disk is too full to upgrade {path}, which needs as much space again: free space"),
        8 or 10 or 14 => Fault(StartExit.Misconfigured, $"{path} cannot be read and written (SQLite's error {exception.SqliteErrorCode}): check its permissions and the disk"),
        var code => Fault(StartExit.Misconfigured, $"{path} cannot be migrated (SQLite's error {code}): {exception.Message}"),
    };

    private static StartFaultException Damaged(string path) =>
        Fault(StartExit.Misconfigured, $"{path} is damaged or not a database: replace it by a backup, or by what `sqlite3 {Path.GetFileName(path)} .recover` restores");

    private static StartFaultException Fault(StartExit exit, string what) => new(exit, $"`Data:Folder`: {what}");

    [LoggerMessage(221, LogLevel.Information, "Migrating the database: {Count} migrations")]
    private static partial void LogMigrates(this ILogger logger, int count);

    [LoggerMessage(222, LogLevel.Warning, "Removed the lock of a migration that was killed")]
    private static partial void LogLockCleared(this ILogger logger);
}
