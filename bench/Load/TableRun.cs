using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Pipeline.TestKit;
using Pipeline.UploadApi.Database;
using Pipeline.UploadApi.Tests.Scale;

namespace Pipeline.Bench.Load;

/// <summary>A question of the API in a small and in a large table.</summary>
/// <param name="By">Who asks.</param>
/// <param name="Small">Milliseconds, median.</param>
/// <param name="Large">The same in the large table.</param>
/// <param name="Fault">Why it becomes slower with each row, or null.</param>
internal sealed record TableFigure(string By, double Small, double Large, string? Fault)
{
    public double Ratio => Large / Small;
}

/// <summary>Asks all that the API asks of its tables, once with few rows and once with many.</summary>
internal static class TableRun
{
    public const int SmallRows = 10_000;
    private const int Times = 41;
    private const int MostRows = 2 * ManyAssets.OfOwner;

    public static async Task<List<TableFigure>> MeasureAsync(int rows)
    {
        var small = await AskAsync(SmallRows);
        var large = await AskAsync(rows);

        // Who asks several questions is as slow as all of them.
        return [.. large.GroupBy(q => q.By, StringComparer.Ordinal).Select(group => new TableFigure(
            group.Key, small.Where(q => q.By == group.Key).Sum(q => q.Time), group.Sum(q => q.Time), group.Select(q => q.Fault).FirstOrDefault(fault => fault is not null)))];
    }

    private static async Task<List<(string By, double Time, string? Fault)>> AskAsync(int rows)
    {
        await using var scratch = await ScratchDatabase.CreateAsync(ProductionSettings.Of("", "")["ConnectionStrings__Assets"]);
        await using (var db = Open(scratch, [])) await db.Database.MigrateAsync();
        await ManyAssets.FillAsync(scratch.Connection, rows);
        var queries = await new TableQueries(watchers => Open(scratch, watchers)).AskAsync();

        await using var database = new NpgsqlConnection(scratch.Connection);
        await database.OpenAsync();
        var figures = new List<(string, double, string?)>();
        foreach (var query in queries)
        {
            var times = new List<TimeSpan>();
            for (var i = 0; i < Times; i++) times.Add(await query.TimeAsync(database));
            var fault = (await query.PlanAsync(database)).Fault(MostRows);
            figures.Add((query.By, new Times(times).P50, rows == SmallRows ? null : fault));
        }

        return figures;
    }

    private static PostgresAssetDbContext Open(ScratchDatabase scratch, IInterceptor[] watchers) => new(
        new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql(scratch.Connection).AddInterceptors([new SkipLocked(), .. watchers]).Options);
}
