using Npgsql;

namespace Pipeline.EndToEnd.Production;

/// <summary>Every row of every table, as text.</summary>
internal static class DatabaseDump
{
    public static async Task<string> ReadAsync(OwnDatabase database)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables "
            + "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')", connection))
        await using (var names = await list.ExecuteReaderAsync())
            while (await names.ReadAsync())
                tables.Add(names.GetString(0));

        var dump = new StringBuilder();
        foreach (var table in tables)
        {
            using var rows = await connection.BeginTextExportAsync($"COPY (SELECT * FROM {table}) TO STDOUT");
            dump.AppendLine(table).Append(await rows.ReadToEndAsync());
        }

        return dump.ToString();
    }
}
