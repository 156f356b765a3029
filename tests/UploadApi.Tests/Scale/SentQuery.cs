using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Pipeline.UploadApi.Tests.Scale;

/// <summary>A query as sent to PostgreSQL, which can be sent again.</summary>
/// <param name="By">The code that sent it.</param>
/// <param name="Sql">The SQL as the server received it.</param>
/// <param name="Parameters">Copies of the parameters.</param>
internal sealed record SentQuery(string By, string Sql, IReadOnlyList<NpgsqlParameter> Parameters)
{
    /// <summary>Runs it, reads all rows, and rolls back its locks.</summary>
    public async Task<TimeSpan> TimeAsync(NpgsqlConnection database)
    {
        await using var transaction = await database.BeginTransactionAsync();
        await using var command = CommandFor(database, Sql);
        var watch = Stopwatch.StartNew();
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync()) _ = reader.GetValue(0);
        watch.Stop();
        await transaction.RollbackAsync();
        return watch.Elapsed;
    }

    /// <summary>The server's plan, with the actual rows of each step.</summary>
    public async Task<Plan> PlanAsync(NpgsqlConnection database)
    {
        await using var transaction = await database.BeginTransactionAsync();
        await using var command = CommandFor(database, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + Sql);
        var json = (string)(await command.ExecuteScalarAsync())!;
        await transaction.RollbackAsync();
        return new Plan(json);
    }

    private NpgsqlCommand CommandFor(NpgsqlConnection database, string sql)
    {
        var command = new NpgsqlCommand(sql, database);
        foreach (var parameter in Parameters) command.Parameters.Add(parameter.Clone());
        return command;
    }
}

/// <summary>Records each kind of query once. Comes after all other interceptors, so that it sees the final query.</summary>
internal sealed class SentQueries : DbCommandInterceptor
{
    private readonly Dictionary<(string By, string Sql), SentQuery> _sent = [];

    /// <summary>The code that sends the next queries.</summary>
    public string By { get; set; } = "";

    public IReadOnlyCollection<SentQuery> All => _sent.Values;

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        // A batch of writes uses primary keys, and EXPLAIN accepts only one statement.
        if (command.CommandText.Contains("SELECT", StringComparison.Ordinal))
            _sent.TryAdd((By, command.CommandText), new SentQuery(By, command.CommandText, [.. command.Parameters.Cast<NpgsqlParameter>().Select(p => p.Clone())]));
        return ValueTask.FromResult(result);
    }
}
