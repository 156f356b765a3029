using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Uploads;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uploads;

/// <summary>The plans of a new installation, on PostgreSQL.</summary>
public sealed class FirstStatisticsTests : IAsyncLifetime
{
    private const string Share = "SELECT count(*), sum(\"Size\"), min(\"CreatedAt\") FROM assets WHERE \"TenantId\" = $1 AND \"OwnerId\" = $2 AND \"Status\" = 'Pending'";
    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
        await db.Database.ExecuteSqlRawAsync("ALTER TABLE assets SET (autovacuum_enabled = false)");
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task A_plan_of_the_empty_table_is_replaced_when_the_table_has_rows()
    {
        await using var connection = new NpgsqlConnection(_postgres.Connection);
        await connection.OpenAsync();
        await RunAsync("SET plan_cache_mode = force_generic_plan");
        await RunAsync($"PREPARE share (text, text) AS {Share}");
        await PlanAsync();
        await using (var db = _postgres.Open())
        {
            for (var i = 0; i < FirstStatistics.Rows; i++) db.Assets.Add(Some.Upload(TimeProvider.System.GetUtcNow(), owner: $"user-{i}"));
            await db.SaveChangesAsync();
        }

        (await RowsAsync("assets")).ShouldBe(-1, "nobody has analysed it");
        var statistics = new FirstStatistics(NullLogger<FirstStatistics>.Instance);
        statistics.Added(FirstStatistics.Rows - 1, _postgres.Connection).ShouldBeSameAs(Task.CompletedTask);
        await statistics.Added(1, _postgres.Connection);

        (await RowsAsync("assets")).ShouldBe(FirstStatistics.Rows);
        (await RowsAsync("asset_events")).ShouldBeGreaterThanOrEqualTo(0);
        (await PlanAsync()).ShouldContain("IX_assets_TenantId_OwnerId_Status_Id");
        statistics.Added(FirstStatistics.Rows, _postgres.Connection).ShouldBeSameAs(Task.CompletedTask, "once is enough");

        async Task<string> PlanAsync() => (string)(await RunAsync("EXPLAIN (FORMAT JSON) EXECUTE share('default', 'user-7')"))!;

        async Task<float> RowsAsync(string table) => (float)(await RunAsync($"SELECT reltuples FROM pg_class WHERE oid = '{table}'::regclass"))!;

        async Task<object?> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    public async Task Uploads_count_when_they_are_committed()
    {
        await using var model = _postgres.Open();
        var groups = new UploadGroups(new PostgresUploadRows(model), Options.Create(new UploadOptions()), Options.Create(new LimitsOptions()), TimeProvider.System);
        await Parallel.ForAsync(0, FirstStatistics.Rows, async (i, _) =>
        {
            await using var db = _postgres.Open();
            (await Some.Pending(db, groups: groups).TryAddAsync(Some.Upload(TimeProvider.System.GetUtcNow(), owner: $"user-{i}"), default)).ShouldBeNull();
        });

        await using var asked = _postgres.Open();
        await Eventually.True(
            async () => await asked.Database.SqlQueryRaw<float>("SELECT reltuples AS \"Value\" FROM pg_class WHERE oid = 'assets'::regclass").SingleAsync() >= 0,
            "the table is analysed in the background");
    }

    [Fact]
    public async Task A_database_that_is_away_fails_nothing() =>
        await new FirstStatistics(NullLogger<FirstStatistics>.Instance)
            .Added(FirstStatistics.Rows, "Host=127.0.0.1;Port=1;Database=x;Username=x;Password=x;Timeout=1");
}
