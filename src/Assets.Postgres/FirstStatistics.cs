using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Analyses the tables of a new installation once they have some rows. Until then PostgreSQL keeps the plans that it made for empty tables, which read
/// all pending uploads for each request; autovacuum looks at a table only once a minute.
/// </summary>
internal sealed class FirstStatistics(ILogger<FirstStatistics> logger)
{
    /// <summary>Statistics of fewer rows tell little.</summary>
    public const int Rows = 500;

    // A table that was never analysed has -1 rows.
    private const string Missing = "SELECT relname FROM pg_class WHERE oid IN ('assets'::regclass, 'asset_events'::regclass) AND reltuples < 0 ORDER BY relname";

    private int _added;

    /// <summary>Uploads were committed.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="connectionString">The database.</param>
    /// <returns>The work in the background, which never fails.</returns>
    public Task Added(int rows, string connectionString)
    {
        if (Volatile.Read(ref _added) >= Rows) return Task.CompletedTask;
        var after = Interlocked.Add(ref _added, rows);
        return after >= Rows && after - rows < Rows ? Task.Run(() => MakeAsync(connectionString)) : Task.CompletedTask;
    }

    private async Task MakeAsync(string connectionString)
    {
        try
        {
            await using var connection = await DirectConnection.OpenAsync(connectionString);
            var tables = new List<string>();
            await using (var command = new NpgsqlCommand(Missing, connection))
            await using (var reader = await command.ExecuteReaderAsync())
                while (await reader.ReadAsync()) tables.Add(reader.GetString(0));
            foreach (var table in tables)
            {
                await using var analyze = new NpgsqlCommand($"ANALYZE {table}", connection);
                await analyze.ExecuteNonQueryAsync();
            }
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            logger.NoStatistics(e.Message);
        }
    }
}

internal static partial class FirstStatisticsLog
{
    [LoggerMessage(55, LogLevel.Warning, "The new tables were not analysed, so requests are slower until autovacuum does it: {Reason}")]
    public static partial void NoStatistics(this ILogger logger, string reason);
}
