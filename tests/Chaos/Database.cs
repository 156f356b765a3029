using Npgsql;
using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>A database for one run, read directly and not through the API.</summary>
internal sealed class Database : IAsyncDisposable
{
    private const string Server = "ConnectionStrings__Assets";

    // Pooled connections break when the server is killed, and the audit must work then.
    private readonly string _server;
    private readonly string _name;

    private Database(string name, string server) => (_name, _server) = (name, new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);

    /// <summary>The connection string for the API.</summary>
    public (string Name, string Value) Setting => (Server, Connection(pooling: true));

    /// <param name="server">A database of the server to use; null for the one of <c>./services.sh</c>.</param>
    public static async Task<Database> CreateAsync(string name, string? server = null)
    {
        var database = new Database(name, server ?? ProductionSettings.Of("", "")[Server]);
        await database.OnServerAsync($"CREATE DATABASE {name}");
        return database;
    }

    public async ValueTask DisposeAsync() => await OnServerAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    /// <summary>A separate connection, for example to hold a lock.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        // The test itself can write even when new sessions are read-only.
        var connection = new NpgsqlConnection($"{Connection(pooling: false)};Options=-c default_transaction_read_only=off");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Number of assets.</summary>
    public Task<long> CountAsync(string where, CancellationToken cancellationToken) => NumberAsync($"SELECT count(*) FROM assets WHERE {where}", cancellationToken);

    /// <summary>All columns of one asset.</summary>
    public Task<string> SampleAsync(string where, CancellationToken cancellationToken) =>
        TextAsync($"SELECT coalesce(max(jsonb_strip_nulls(to_jsonb(a))::text), '') FROM assets a WHERE {where}", cancellationToken);

    public Task<long> NumberAsync(string query, CancellationToken cancellationToken) => ScalarAsync<long>(query, cancellationToken);

    public Task<string> TextAsync(string query, CancellationToken cancellationToken) => ScalarAsync<string>(query, cancellationToken);

    /// <summary>Whether new sessions are read-only; open sessions do not change.</summary>
    public Task SetReadOnlyAsync(bool isReadOnly, CancellationToken cancellationToken) => ChangeAsync(
        $"ALTER DATABASE {_name} SET default_transaction_read_only = {(isReadOnly ? "on" : "off")}", cancellationToken);

    public async Task ChangeAsync(string statement, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Row>> RowsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT "Id", "Status", "Work", "DispatchAt", "IncomingKey", "Publication",
                   "FileName" <> '' OR "Sha256" IS NOT NULL OR "FocalX" IS NOT NULL OR "IncomingKey" LIKE '%holiday%' OR "Publication" IS NOT NULL,
                   (SELECT count(*) FROM asset_events e WHERE e."AssetId" = a."Id" AND e."Kind" = 'dispatched'),
                   (SELECT count(*) FROM asset_events e WHERE e."AssetId" = a."Id" AND e."Kind" = 'scanned')
            FROM assets a ORDER BY "Id"
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new Row(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), !reader.IsDBNull(3), reader.GetString(4),
                reader.IsDBNull(5) ? null : Published.Parse(reader.GetString(5)), reader.GetBoolean(6), reader.GetInt64(7), reader.GetInt64(8)));
        }

        return rows;
    }

    private async Task<T> ScalarAsync<T>(string query, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(query, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private string Connection(bool pooling) => new NpgsqlConnectionStringBuilder(_server) { Database = _name, Pooling = pooling }.ConnectionString;

    private async Task OnServerAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
