using Npgsql;

namespace Pipeline.Bench.Load;

/// <summary>A database for the run, dropped at its end, on the shared server.</summary>
internal sealed class ScratchDatabase : IAsyncDisposable
{
    private readonly string _server;

    private ScratchDatabase(string server, string name)
    {
        _server = server;
        Name = name;
        Connection = new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    public string Name { get; }

    public string Connection { get; }

    public static async Task<ScratchDatabase> CreateAsync(string server)
    {
        var database = new ScratchDatabase(server, $"load_{Guid.NewGuid():N}");
        await RunAsync(server, $"CREATE DATABASE {database.Name}");
        return database;
    }

    public Task<int> RunAsync(string sql, params (string Name, object Value)[] values) => RunAsync(Connection, sql, values);

    public async Task<T> ReadAsync<T>(string sql, params (string Name, object Value)[] values)
    {
        await using var database = await OpenAsync(Connection);
        await using var command = CommandFor(database, sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync(_server, $"DROP DATABASE {Name} WITH (FORCE)");
    }

    private static async Task<int> RunAsync(string connection, string sql, params (string Name, object Value)[] values)
    {
        await using var database = await OpenAsync(connection);
        await using var command = CommandFor(database, sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connection)
    {
        var database = new NpgsqlConnection(connection);
        await database.OpenAsync();
        return database;
    }

    private static NpgsqlCommand CommandFor(NpgsqlConnection database, string sql, (string Name, object Value)[] values)
    {
        var command = new NpgsqlCommand(sql, database) { CommandTimeout = 600 };
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }
}
