using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Brings the schema up to date, one instance at a time however many start together. Each migration is a transaction with its row in the
/// history, and the lock belongs to the connection: a killed instance leaves neither a lock nor half a migration.
/// </summary>
public static partial class PostgresMigration
{
    // An arbitrary lock number, unique in this database.
    internal const long MigrationLock = 0x50_49_50_45_4C_49_4E_45;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Migrates, or waits for the migration if <c>Database:Migrate</c> is false.</summary>
    /// <exception cref="Hosting.StartFaultException">The database does not answer, or it refuses, or nobody has migrated it in time.</exception>
    public static Task RunOrWaitAsync(IServiceProvider services) =>
        services.GetRequiredService<IOptions<DatabaseOptions>>().Value.Migrate ? RunAsync(services) : DoAsync(services, WaitAsync);

    /// <exception cref="Hosting.StartFaultException">The database does not answer, or it refuses.</exception>
    public static Task RunAsync(IServiceProvider services) => DoAsync(services, RunAsync);

    private static async Task DoAsync(IServiceProvider services, Func<AssetDbContext, ILogger, TimeProvider, Task> work)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
        var connectionString = db.Database.GetConnectionString();
        await PostgresStart.ConnectAsync(connectionString);
        try
        {
            // Nothing reads the time before.
            if (services.GetService<DatabaseClock>() is { } clock) await clock.SetAsync(CancellationToken.None);
            await work(db, services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PostgresMigration).FullName!), TimeProvider.System);
        }
        catch (Exception e) when (PostgresStart.Explain(e, connectionString) is not null)
        {
            throw PostgresStart.Explain(e, connectionString)!;
        }
    }

    private static async Task RunAsync(AssetDbContext db, ILogger logger, TimeProvider time)
    {
        var database = db.Database;

        // Long enough to build an index on a large table.
        database.SetCommandTimeout(LongestWait);
        await database.OpenConnectionAsync();

        // Without keepalives the server would hold the lock of a vanished machine for two hours.
        await database.ExecuteSqlRawAsync("SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3");
        if (await HasHistoryAsync(database) && !(await database.GetPendingMigrationsAsync()).Any()) return;
        await LockAsync(database, logger, time);
        try
        {
            // Otherwise EF Core queries the missing table and logs the failure as an error.
            await database.GetService<IHistoryRepository>().CreateIfNotExistsAsync();
            var pending = (await database.GetPendingMigrationsAsync()).ToList();
            if (pending.Count == 0) return;
            logger.LogMigrates(pending.Count);
            await database.MigrateAsync();
            await UsageRecount.CountFirstAsync(db, CancellationToken.None);
        }
        finally
        {
            await database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({MigrationLock})");
        }
    }

    private static async Task WaitAsync(AssetDbContext db, ILogger logger, TimeProvider time)
    {
        var start = time.GetTimestamp();
        var said = -SayAgain;
        while (!await HasHistoryAsync(db.Database) || (await db.Database.GetPendingMigrationsAsync()).Any())
        {
            var waited = time.GetElapsedTime(start);
            if (waited > LongestWait) throw PostgresStart.NotMigrated(waited);
            if (waited - SayAgain >= said)
            {
                said = waited;
                logger.LogWaitsForMigration((int)waited.TotalSeconds);
            }

            await Task.Delay(PollInterval, time);
        }
    }

    private static async Task LockAsync(DatabaseFacade database, ILogger logger, TimeProvider time)
    {
        var start = time.GetTimestamp();
        var said = -SayAgain;
        while (!await database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({MigrationLock}) AS \"Value\"").SingleAsync())
        {
            var waited = time.GetElapsedTime(start);
            if (waited > LongestWait) throw PostgresStart.Busy(waited);
            if (waited - SayAgain >= said)
            {
                said = waited;
                logger.LogWaits((int)waited.TotalSeconds);
            }

            await Task.Delay(PollInterval, time);
        }
    }

    private static Task<bool> HasHistoryAsync(DatabaseFacade database) =>
        database.SqlQuery<bool>($"SELECT to_regclass('\"__EFMigrationsHistory\"') IS NOT NULL AS \"Value\"").SingleAsync();

    [LoggerMessage(51, LogLevel.Information, "Migrating the database: {Count} migrations")]
    private static partial void LogMigrates(this ILogger logger, int count);

    [LoggerMessage(52, LogLevel.Warning, "Another instance migrates the database; this one has waited for it for {Seconds} s")]
    private static partial void LogWaits(this ILogger logger, int seconds);

    [LoggerMessage(53, LogLevel.Information, "The database is not migrated yet, and `Database:Migrate` is false; this instance has waited for it for {Seconds} s")]
    private static partial void LogWaitsForMigration(this ILogger logger, int seconds);
}
