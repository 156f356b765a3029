using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.RateLimiting;
using Pipeline.Assets.Streams;

namespace Pipeline.AllInOne.Database;

/// <summary>Registers the SQLite database: one file in the data folder, in WAL mode so that readers do not wait for the writer.</summary>
internal static class SqliteDatabase
{
    private const int BusySeconds = 30;

    public static IServiceCollection AddSqliteDatabase(this IServiceCollection services, string dataFolder)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(dataFolder, "assets.db"),
            DefaultTimeout = BusySeconds,
            ForeignKeys = true,
        };
        services.AddSingleton<IDatabaseFaults, SqliteFaults>();
        // Only one process uses the file.
        services.AddSingleton<IRateBuckets, MemoryRateBuckets>().AddSingleton<IStreamSlots, MemoryStreamSlots>();
        services.AddScoped<IEventPartitions, SqliteEventPartitions>();
        var reserve = new ReserveFile(dataFolder);
        // The start writes to the database too, so free up space first.
        reserve.Settle();
        services.AddDbContext<AssetDbContext, SqliteAssetDbContext>(o => o.UseSqlite(connection.ConnectionString).AddInterceptors(reserve, new CommandMetrics()));
        return services;
    }
}
