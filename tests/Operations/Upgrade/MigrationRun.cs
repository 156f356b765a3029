using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Pipeline.Assets.Postgres;
using Pipeline.TestKit;

namespace Pipeline.Operations.Upgrade;

/// <summary>Runs the newest migration on a large table while others read and write it.</summary>
internal sealed class MigrationRun(Checks checks, int rows, CancellationToken cancellationToken)
{
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
            var all = db.Database.GetMigrations().ToList();
            var migrator = ((IInfrastructure<IServiceProvider>)db.Database).Instance.GetService(typeof(IMigrator)) as IMigrator ?? throw new OperationException("EF Core has no migrator.");
            await migrator.MigrateAsync(all[^2], cancellationToken);
            var filled = Stopwatch.StartNew();
            foreach (var table in (string[])["assets", "asset_events"]) await FillAsync(own, table);
            Checks.Say($"{rows:N0} assets and as many events, made in {filled.Elapsed.TotalSeconds:0} s");

            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var waits = Task.WhenAll(new[] { "assets", "asset_events" }.Select(table => LongestWaitAsync(own, table, end.Token)));
            var watch = Stopwatch.StartNew();
            await migrator.MigrateAsync(targetMigration: null, cancellationToken);
            var took = watch.Elapsed;
            await end.CancelAsync();
            var longest = (await waits).Max();
            checks.That(longest <= TimeSpan.FromSeconds(1), $"{all[^1]} takes {took.TotalSeconds:0.00} s, and nobody waits longer than 1 s for a lock: the longest wait is {longest.TotalMilliseconds:0} ms");
        }
        finally
        {
            await ExecuteAsync(server.ConnectionString, $"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    // Whatever columns the version has: those that need a value get one of their type.
    private async Task FillAsync(string connection, string table)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync(cancellationToken);
        var columns = new List<(string Name, string Value)>();
        await using (var read = new NpgsqlCommand("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1 AND is_nullable = 'NO' AND is_identity = 'NO' ORDER BY ordinal_position", database) { Parameters = { new() { Value = table } } })
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) columns.Add((reader.GetString(0), ValueOf(reader.GetString(0), reader.GetString(1))));
        await ExecuteAsync(connection, $"INSERT INTO {table} ({string.Join(", ", columns.Select(c => $"\"{c.Name}\""))}) SELECT {string.Join(", ", columns.Select(c => c.Value))} FROM generate_series(1, {rows}) n");
        await ExecuteAsync(connection, $"ANALYZE {table}");
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
