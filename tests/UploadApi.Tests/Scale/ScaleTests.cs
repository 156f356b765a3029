using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Queues;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Scale;

/// <summary>
/// A table after years of use. It has enough rows that PostgreSQL scans it only if it must; <c>./bench.sh load</c> does the same with a
/// million rows and compares times.
/// </summary>
public sealed class ScaleTests : IAsyncLifetime
{
    private const int Rows = 200_000;

    // One owner's assets, with a margin; queries that grow with the table read far more.
    private const int MostRows = 2 * ManyAssets.OfOwner;

    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        await using (var db = _postgres.Open()) await db.Database.MigrateAsync();
        await ManyAssets.FillAsync(_postgres.Connection, Rows);
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task No_question_of_the_API_looks_at_more_rows_because_there_are_more()
    {
        var queries = await new TableQueries(watchers => _postgres.Open([new SkipLocked(), .. watchers])).AskAsync();

        await using var database = new NpgsqlConnection(_postgres.Connection);
        await database.OpenAsync();
        (await FaultOfAsync(database, "SELECT * FROM assets WHERE \"FileName\" = 'x'")).ShouldBe("it reads all of assets");
        (await FaultOfAsync(database, "SELECT \"Id\" FROM assets ORDER BY \"OwnerId\", \"Id\" OFFSET 5000 LIMIT 1")).ShouldNotBeNull().ShouldContain("looks at 5001 rows");
        var faults = new List<string>();
        foreach (var query in queries)
            if ((await query.PlanAsync(database)).Fault(MostRowsOf(query)) is { } fault)
                faults.Add($"{query.By}: {fault}\n{query.Sql}");
        faults.ShouldBeEmpty();
        queries.Count.ShouldBeGreaterThan(40, "the list alone asks in as many ways");
    }

    // Counts of the installation end at a number of rows; the report of costs reads one row for each user.
    private static int MostRowsOf(SentQuery query) => query.By switch
    {
        nameof(OperationalCountsSweep) or nameof(ActivitySweep) => OperationalCounts.Most,
        "overview" => FailureGroups.Most,
        "operator assets" => 5_000,
        "queues" or "costs" => QueueReport.MaxRows,
        _ => MostRows,
    };

    private static async Task<string?> FaultOfAsync(NpgsqlConnection database, string sql) =>
        (await new SentQuery("", sql, []).PlanAsync(database)).Fault(MostRows);
}
