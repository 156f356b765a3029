using System.Diagnostics;
using Npgsql;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>A connection of the same pool as EF Core's, for prepared statements; counted and cleared as EF Core's are.</summary>
internal static class DirectConnection
{
    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends the statements in one round trip. The first time on a connection another one prepares them.</summary>
    /// <param name="batch">The statements, whose parameters all have types.</param>
    /// <param name="read">Reads all results.</param>
    public static async Task<T> RunAsync<T>(NpgsqlBatch batch, Func<NpgsqlDataReader, Task<T>> read)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            await batch.PrepareAsync();
            await using var reader = await batch.ExecuteReaderAsync();
            var result = await read(reader);

            // An error of a statement after the last one that was read.
            while (await reader.NextResultAsync())
            {
                // It has no rows that are of use.
            }

            CommandMetrics.Ran(isOk: true, Stopwatch.GetElapsedTime(begun));
            return result;
        }
        catch (PostgresException e) when (e.SqlState == PostgresFaults.ReadOnly && batch.Connection is { } connection)
        {
            CommandMetrics.Ran(isOk: false, Stopwatch.GetElapsedTime(begun));
            NpgsqlConnection.ClearPool(connection);
            throw;
        }
        catch
        {
            CommandMetrics.Ran(isOk: false, Stopwatch.GetElapsedTime(begun));
            throw;
        }
    }

    public static NpgsqlParameter Array<T>(T[] values, string type) => new() { Value = values, DataTypeName = $"{type}[]" };
}
