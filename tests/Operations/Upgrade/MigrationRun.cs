using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Npgsql;
using Pipeline.Assets.Postgres;
using Pipeline.TestKit;

namespace Pipeline.Operations.Upgrade;

/// <summary>Runs the migrations since the last release on large tables while others write them.</summary>
/// <param name="old">The checkout of the last release; without one, and if it has them all, the two newest are run.</param>
internal sealed class MigrationRun(Checks checks, string? old, int rows, CancellationToken cancellationToken)
{
    private const string Provider = "Npgsql.EntityFrameworkCore.PostgreSQL";

    private static readonly string[] Largest = ["assets", "asset_events"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public async Task RunAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(ProductionSettings.Of("", "")["ConnectionStrings__Assets"]) { Pooling = false, CommandTimeout = 1_800 };
        var name = $"migration_{Guid.NewGuid():N}";
        await ExecuteAsync(server.ConnectionString, $"CREATE DATABASE {name}");
        try
        {
            var own = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
            await using var db = new PostgresAssetDbContext(new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql(own).Options);
            db.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
            var assembly = db.GetService<IMigrationsAssembly>();
            var migrator = db.GetService<IMigrator>();
            var all = db.Database.GetMigrations().ToList();
            var first = First(all);
            await migrator.MigrateAsync(all[first - 1], cancellationToken);

            // Also the tables that the new ones name, so that a change of a small table today counts as one of a large table tomorrow.
            var named = all.Skip(first).SelectMany(id => assembly.CreateMigration(assembly.Migrations[id], Provider).UpOperations.OfType<ITableMigrationOperation>()).Select(operation => operation.Table);
            var filled = Stopwatch.StartNew();
            var tables = new List<string>();
            foreach (var table in Largest.Union(named, StringComparer.Ordinal))
                if (await FillAsync(own, table)) tables.Add(table);
            Checks.Say($"{rows:N0} rows in each of {string.Join(", ", tables)}, made in {filled.Elapsed.TotalSeconds:0} s");

            foreach (var id in all.Skip(first))
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var waits = Task.WhenAll(tables.Select(table => LongestWaitAsync(own, table, end.Token)));
                var watch = Stopwatch.StartNew();
                await migrator.MigrateAsync(id, cancellationToken);
                var took = watch.Elapsed;
                await end.CancelAsync();
                var longest = (await waits).Max();
                checks.That(longest <= TimeSpan.FromSeconds(1), $"{id} takes {took.TotalSeconds:0.00} s, and nobody waits longer than 1 s for a lock: the longest wait is {longest.TotalMilliseconds:0} ms");
            }
        }
        finally
        {
            await ExecuteAsync(server.ConnectionString, $"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    // EF Core applies in the order of the names. One of the last release whose name is later than a new one's is measured with it.
    private int First(List<string> all)
    {
        var newest = all.Count - 2;
        if (old is null) return newest;
        var known = Directory.EnumerateFiles(Path.Combine(old, "src", "Assets.Postgres", "Migrations"), "*.cs").Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet(StringComparer.Ordinal);
        var first = all.FindIndex(id => !known.Contains(id));
        return first > 0 ? first : newest;
    }

    /// <summary>Whatever columns the version has: those that need a value get one of their type.</summary>
    /// <returns>Whether the table was there before.</returns>
    private async Task<bool> FillAsync(string connection, string table)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync(cancellationToken);
        var columns = new List<(string Name, string Value)>();
        await using (var read = new NpgsqlCommand("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1 AND is_nullable = 'NO' AND is_identity = 'NO' ORDER BY ordinal_position", database) { Parameters = { new() { Value = table } } })
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) columns.Add((reader.GetString(0), ValueOf(reader.GetString(0), reader.GetString(1))));
        if (columns.Count == 0) return false;
        await ExecuteAsync(connection, $"INSERT INTO {table} ({string.Join(", ", columns.Select(c => $"\"{c.Name}\""))}) SELECT {string.Join(", ", columns.Select(c => c.Value))} FROM generate_series(1, {rows}) n");
        await ExecuteAsync(connection, $"ANALYZE {table}");
        return true;
    }

    private static string ValueOf(string name, string type) => (name, type) switch
    {
        ("Status", _) => "'Ready'",
        ("Work", _) => "'Idle'",
        (_, "uuid") => "gen_random_uuid()",
        (_, "boolean") => "FALSE",
        (_, "integer" or "bigint" or "smallint") => "n",
        (_, "double precision" or "real" or "numeric") => "0",
        (_, "jsonb" or "json") => "'{}'",
        _ when type.StartsWith("timestamp", StringComparison.Ordinal) => "now() - n * interval '1 minute'",
        _ => "'x' || n",
    };

    /// <summary>One row is changed again and again, as by the hosts that go on meanwhile. Only the waits for locks count.</summary>
    private static async Task<TimeSpan> LongestWaitAsync(string connection, string table, CancellationToken cancellationToken)
    {
        var longest = TimeSpan.Zero;
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync(CancellationToken.None);
        while (!cancellationToken.IsCancellationRequested)
        {
            // The lock alone, so that a slow disk or a busy processor does not count as one.
            var watch = Stopwatch.StartNew();
            await using var transaction = await database.BeginTransactionAsync(CancellationToken.None);
            await using (var take = new NpgsqlCommand($"LOCK TABLE {table} IN ROW EXCLUSIVE MODE", database, transaction)) await take.ExecuteNonQueryAsync(CancellationToken.None);
            if (watch.Elapsed > longest) longest = watch.Elapsed;
            await transaction.CommitAsync(CancellationToken.None);
            await Task.Delay(Pause, CancellationToken.None);
        }

        return longest;
    }

    private static async Task ExecuteAsync(string connection, string statement)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync();
        await using var command = new NpgsqlCommand(statement, database) { CommandTimeout = 1_800 };
        await command.ExecuteNonQueryAsync();
    }
}
