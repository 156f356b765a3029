using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage.Costs;
using Pipeline.UploadApi.Tests.Harness;
using Xunit.Abstractions;

namespace Pipeline.UploadApi.Tests.Scale;

/// <summary>
/// A run over a tenth of a large table: its plan, and the memory of the instance that feeds it. PIPELINE_SCALE_ROWS=1000000 makes the table as large as
/// that of docs/performance.md.
/// </summary>
public sealed class RunScaleTests(ITestOutputHelper output) : IAsyncLifetime
{
    // What caches of EF Core and of the runtime may take after the first pages.
    private const long Flat = 8 * 1024 * 1024;

    private static readonly int Rows = int.TryParse(Environment.GetEnvironmentVariable("PIPELINE_SCALE_ROWS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows : 20_000;
    private static readonly Caller Caller = new("default", "olga", new HashSet<string> { Role.Admin });

    private readonly OwnPostgres _postgres = new();
    private readonly RunsOptions _settings = new() { CountMilliseconds = 600_000 };

    public async Task InitializeAsync()
    {
        await using (var db = _postgres.Open()) await db.Database.MigrateAsync();
        await ManyAssets.FillAsync(_postgres.Connection, Rows);
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Memory_stays_as_it_is_however_many_assets_a_run_has(bool byIds)
    {
        var (total, wanted) = (await CountAsync(), Rows / 10);
        total.ShouldBe(Rows);
        var filter = byIds ? new RunFilter { Ids = await NewestAsync(Math.Max(wanted, RunFilter.MostInline + 1)) } : new RunFilter { Status = "ready", CreatedFrom = TimeProvider.System.GetUtcNow().AddDays(-73) };

        // The first plan also compiles queries and code.
        await PlanAsync(new RunFilter { Status = "ready", CreatedFrom = TimeProvider.System.GetUtcNow().AddDays(-1) });
        var clock = Stopwatch.StartNew();
        var run = await PlanAsync(filter);
        clock.Stop();
        output.WriteLine($"plan of {run.Planned:N0} of {total:N0}, by ids {byIds}: {clock.ElapsedMilliseconds} ms");
        run.Planned.ShouldBeGreaterThan(wanted * 8 / 10);

        await using (var db = _postgres.Open())
            (await new ChangeRun(db, new AuditLog(db, TimeProvider.System), new RunWalks([]), new SweepSignal<RunFeeder>(), TimeProvider.System).ApplyAsync(run.Id, Caller, default))
                .ShouldBeOfType<RunChange.Done>();
        var owner = Guid.NewGuid();
        await using (var db = _postgres.Open()) await db.Runs.Where(r => r.Id == run.Id).ExecuteUpdateAsync(row => row.SetProperty(r => r.LeaseOwner, owner));
        var (fed, pages, first, last) = (0, 0, 0L, 0L);
        clock.Restart();
        while (true)
        {
            await using var db = _postgres.Open();
            var now = await db.Runs.AsNoTracking().SingleAsync(r => r.Id == run.Id);
            if (now.IsFed) break;
            fed += (await RunParts.Step(db, TimeProvider.System).RunAsync(now, RunFilter.Read(now.Filter)!, RunFeeder.Page, owner, default)).ShouldNotBeNull("nobody else feeds it");
            if (++pages == 10) first = GC.GetTotalMemory(forceFullCollection: true);
            if (pages % 100 == 0) output.WriteLine($"{fed:N0} started: {GC.GetTotalMemory(forceFullCollection: true) / 1024:N0} KiB");
        }

        last = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"{fed:N0} started in {clock.Elapsed.TotalSeconds:0.0} s; managed memory after {10 * RunFeeder.Page:N0}: {first / 1024:N0} KiB, at the end: {last / 1024:N0} KiB");
        fed.ShouldBe(run.Planned);
        (last - first).ShouldBeLessThan(Flat);
    }

    private async Task<Run> PlanAsync(RunFilter filter)
    {
        await using var db = _postgres.Open();
        var forecast = new RunForecast(db, Options.Create(_settings), Options.Create(new PricesOptions()), TimeProvider.System);
        return await new PlanRun(db, forecast, new AuditLog(db, TimeProvider.System), Options.Create(_settings), TimeProvider.System)
            .RunAsync(new RunRequest(RunKind.Reprocess, filter, new RunPaceChange(), "a test"), Caller, default);
    }

    private async Task<int> CountAsync()
    {
        await using var db = _postgres.Open();
        return await db.Assets.CountAsync();
    }

    private async Task<List<Guid>> NewestAsync(int count)
    {
        await using var db = _postgres.Open();
        return await db.Assets.Where(a => a.Status == AssetStatus.Ready).OrderByDescending(a => a.Id).Take(count).Select(a => a.Id).ToListAsync();
    }
}
