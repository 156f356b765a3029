using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>Records the queries that are sent to the database, and gets their plans.</summary>
internal sealed class Selects : DbCommandInterceptor
{
    private readonly List<(string Sql, List<(string Name, object? Value)> Parameters)> _sent = [];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.Contains("SELECT", StringComparison.Ordinal))
            _sent.Add((command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(p => (p.ParameterName, p.Value))]));
        return ValueTask.FromResult(result);
    }

    /// <summary>SQLite's plan of each query, in the order of sending.</summary>
    public async Task<List<string>> PlansAsync(DbContext db)
    {
        var plans = new List<string>();
        await db.Database.OpenConnectionAsync();
        foreach (var (sql, parameters) in _sent)
        {
            await using var explain = db.Database.GetDbConnection().CreateCommand();
            explain.CommandText = "EXPLAIN QUERY PLAN " + sql;
            foreach (var (name, value) in parameters)
            {
                var parameter = explain.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                explain.Parameters.Add(parameter);
            }

            var steps = new List<string>();
            await using var reader = await explain.ExecuteReaderAsync();
            while (await reader.ReadAsync()) steps.Add(reader.GetString(reader.GetOrdinal("detail")));
            plans.Add(string.Join("; ", steps));
        }

        return plans;
    }
}
