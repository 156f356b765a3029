using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Pipeline.Assets.Postgres;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Scale;

namespace Pipeline.Bench.Load;

/// <summary>A query of the API on a small and on a large table.</summary>
/// <param name="By">The code that sends it.</param>
/// <param name="Small">Milliseconds, median.</param>
/// <param name="Large">The same in the large table.</param>
/// <param name="Fault">Why it slows down with the number of rows, or null.</param>
internal sealed record TableFigure(string By, double Small, double Large, string? Fault)
{
    public double Ratio => Large / Small;
}

/// <summary>Runs all queries of the API on a table with few rows and on one with many, in turn.</summary>
internal static class TableRun
{
    public const int SmallRows = 10_000;
    private const int Times = 101;
    private const int MostRows = 2 * ManyAssets.OfOwner;

    public static async Task<List<TableFigure>> MeasureAsync(int rows)
    {
        await using var small = await ScratchDatabase.CreateAsync(ProductionSettings.Of("", "")["ConnectionStrings__Assets"]);
        await using var large = await ScratchDatabase.CreateAsync(ProductionSettings.Of("", "")["ConnectionStrings__Assets"]);
        var fewer = (await AskAsync(small, SmallRows)).ToDictionary(q => (q.By, q.Sql));
        var more = await AskAsync(large, rows);
        await using var smallConnection = new NpgsqlConnection(small.Connection);
        await using var largeConnection = new NpgsqlConnection(large.Connection);
        await smallConnection.OpenAsync();
        await largeConnection.OpenAsync();
        var figures = new List<TableFigure>();
        foreach (var query in more)
        {
            var fault = (await query.PlanAsync(largeConnection)).Fault(MostRows);

            // A query that a sweep sends only for due rows may be missing for the small table; use the same query.
            var other = fewer.GetValueOrDefault((query.By, query.Sql), query);
            var (few, many) = (new List<TimeSpan>(), new List<TimeSpan>());
            for (var i = 0; i < Times; i++)
            {
                few.Add(await other.TimeAsync(smallConnection));
                many.Add(await query.TimeAsync(largeConnection));
            }

            figures.Add(new TableFigure(query.By, new Times(few).P50, new Times(many).P50, fault));
        }

        return figures;
    }

    private static async Task<IReadOnlyCollection<SentQuery>> AskAsync(ScratchDatabase scratch, int rows)
    {
        await using (var db = Open(scratch, [])) await db.Database.MigrateAsync();
        await ManyAssets.FillAsync(scratch.Connection, rows);
        return await new TableQueries(watchers => Open(scratch, watchers)).AskAsync();
    }

    private static PostgresAssetDbContext Open(ScratchDatabase scratch, IInterceptor[] watchers) => new(
        new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql(scratch.Connection).AddInterceptors([new SkipLocked(), .. watchers]).Options);
}
