using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage.Costs;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>Runs on each database, without workers: the test writes their outcomes.</summary>
public abstract class RunRoom : IAsyncLifetime
{
    private readonly UsageDatabase _database;
    private readonly TempFolder _folder = new();
    private DiskObjectStore? _store;

    private protected RunRoom(UsageDatabase database) => _database = database;

    private protected static Caller Operator { get; } = new("default", "olga", new HashSet<string> { Role.Operator });

    private protected static Caller Admin { get; } = new("default", "adam", new HashSet<string> { Role.Admin });

    private protected ManualTime Time { get; } = new();

    private protected RunsOptions Settings { get; } = new() { CountMilliseconds = 600_000 };

    private protected RescanOptions Rescans { get; } = new();

    public Task InitializeAsync() => _database.MigrateAsync();

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _store?.Dispose();
        _folder.Dispose();
    }

    private protected AssetDbContext Open() => _database.Open();

    private protected async Task<IReadOnlyList<Asset>> AddReadyAsync(int count, string tenant = "default")
    {
        var assets = Enumerable.Range(0, count).Select(_ => Some.Upload(Time.GetUtcNow(), tenant: tenant)).ToList();
        foreach (var asset in assets)
        {
            asset.Confirm(Some.ETag, null, Time.GetUtcNow()).ShouldBeTrue();
            asset.MarkReady(Some.Ready(asset), Time.GetUtcNow()).ShouldBeTrue();
        }

        await using var db = Open();
        await new AssetStore(db).AddAsync(assets, default);
        return assets;
    }

    private protected async Task<IReadOnlyList<Asset>> AddFailedAsync(int count)
    {
        var assets = Enumerable.Range(0, count).Select(_ => Some.Upload(Time.GetUtcNow())).ToList();
        foreach (var asset in assets)
        {
            asset.Confirm(Some.ETag, null, Time.GetUtcNow()).ShouldBeTrue();
            asset.AttemptFailed(Some.Failed(asset), Never, Time.GetUtcNow()).ShouldBeTrue();
        }

        await using var db = Open();
        await new AssetStore(db).AddAsync(assets, default);
        return assets;
    }

    private protected static RetryPolicy Never { get; } = new(new DispatchOptions { MaxAttempts = 1 }, () => 0);

    private protected async Task<Run> PlanAsync(string kind = RunKind.Reprocess, RunFilter? filter = null, RunPaceChange? pace = null)
    {
        await using var db = Open();
        var request = new RunRequest(kind, filter ?? new RunFilter { All = true }, pace ?? new RunPaceChange(), "a test");
        (await new RunRequestCheck(db).ErrorsAsync(request, default)).ShouldBeEmpty();
        var forecast = new RunForecast(db, Options.Create(Settings), Options.Create(new PricesOptions()), Time);
        return await new PlanRun(db, forecast, new AuditLog(db, Time), Options.Create(Settings), Time, new RunWalks(Walks(db))).RunAsync(request, Operator, default);
    }

    private protected async Task<RunChange> ChangeAsync(Func<ChangeRun, Task<RunChange>> change)
    {
        await using var db = Open();
        return await change(new ChangeRun(db, new AuditLog(db, Time), new RunWalks(Walks(db)), new SweepSignal<RunFeeder>(), Time));
    }

    private protected Task<RunChange> ApplyAsync(Run run, Caller? caller = null) => ChangeAsync(change => change.ApplyAsync(run.Id, caller ?? Admin, default));

    private protected async Task<Run> StartAsync(string kind = RunKind.Reprocess, RunFilter? filter = null, RunPaceChange? pace = null) =>
        (await ApplyAsync(await PlanAsync(kind, filter, pace))).ShouldBeOfType<RunChange.Done>().Run;

    /// <summary>One sweep of a new instance.</summary>
    private protected async Task FeedAsync(AssetDbContext? own = null)
    {
        await using var db = own ?? Open();
        var options = Options.Create(Settings);
        var end = new RunEnd(db, options, Time, NullLogger<RunEnd>.Instance);
        var brakes = new RunBrakes(db, Areas(), options, Time);
        var budget = Budget(db);
        await new RunFeeder(
            db, new RunStep(db, budget, Time), brakes, end, new RunWalker(db, new RunWalks(Walks(db)), Time) { MostFindings = 1_000 }, new SweepSignal<Dispatcher>(), new SweepSignal<ObjectCleanup>(),
            new SweepSignal<RescanDispatcher>(), Hits(db), budget, options, Time, NullLogger<RunFeeder>.Instance).RunAsync(default);
    }

    private protected RescanBudget Budget(AssetDbContext db) => new(db, Options.Create(Rescans));

    private protected RescanHits Hits(AssetDbContext db) => new(db, Options.Create(Rescans), new SweepSignal<ObjectCleanup>(), Time, NullLogger<RescanHits>.Instance);

    private protected StartRun Start(AssetDbContext db) => new(db, new AuditLog(db, Time), new SweepSignal<RunFeeder>());

    /// <summary>The walks of an instance.</summary>
    private protected virtual IEnumerable<IRunWalk> Walks(AssetDbContext db) => [];

    /// <summary>Ends the work on these assets, as the outcome of a worker does.</summary>
    private protected async Task FinishAsync(IEnumerable<Guid> ids, Func<Asset, bool>? outcome = null)
    {
        await using var db = Open();
        foreach (var id in ids) await new AssetStore(db).ChangeAsync(id, outcome ?? (asset => asset.MarkReady(Some.Ready(asset), Time.GetUtcNow())), default);
    }

    private protected async Task<List<Guid>> InFlightAsync(Run run)
    {
        await using var db = Open();
        return await db.RunItems.Where(i => i.RunId == run.Id && i.Outcome == null).OrderBy(i => i.AssetId).Select(i => i.AssetId).ToListAsync();
    }

    private protected async Task<RunView> ViewAsync(Run run)
    {
        await using var db = Open();
        var reader = new RunReader(db, Time);
        return await reader.ViewAsync((await reader.FindAsync(run.Id, Operator, default))!, default);
    }

    private protected async Task<List<Asset>> AssetsAsync()
    {
        await using var db = Open();
        return await db.Assets.AsNoTracking().OrderBy(a => a.Id).ToListAsync();
    }

    /// <summary>Feeds and finishes until the run ends.</summary>
    private protected async Task<RunView> CompleteAsync(Run run, Func<Asset, bool>? outcome = null)
    {
        while (await ViewAsync(run) is { State: RunState.Running })
        {
            await FeedAsync();
            await FinishAsync(await InFlightAsync(run), outcome);
        }

        return await ViewAsync(run);
    }

    private protected IMultipartUploads Uploads()
    {
        Areas();
        return new DiskMultipartUploads(_store!, Options.Create(new DiskStorageOptions { Root = _folder.Path }), TimeProvider.System);
    }

    private protected virtual StorageAreas Areas()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder.Path });
        _store ??= new DiskObjectStore(disk, Time);
        return StorageAreas.Shared(_store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost/public"));
    }
}
