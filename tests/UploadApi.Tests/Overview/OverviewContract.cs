using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Overview;

/// <summary>The overview after known events, on each database.</summary>
public abstract class OverviewContract : IAsyncLifetime
{
    private static readonly Caller Viewer = new("default", "vera", new HashSet<string> { Role.Viewer });
    private static readonly RetryPolicy Never = new(new DispatchOptions { MaxAttempts = 1 }, () => 0);
    private readonly UsageDatabase _database;
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 5, 6, 12, 30, 20, TimeSpan.Zero));
    private readonly CurrentCounts _current;
    private readonly Parts _parts = new();

    private protected OverviewContract(UsageDatabase database)
    {
        _database = database;
        _current = new CurrentCounts(_time);
    }

    public Task InitializeAsync() => _database.MigrateAsync();

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_event_is_counted_once_in_the_minute_in_which_it_happened()
    {
        await AddAsync(await ManyAsync(3, a => a.MarkReady(Some.Ready(a), _time.GetUtcNow())));
        await AddAsync(await ManyAsync(2, a => a.Reject(Some.Rejected(a), _time.GetUtcNow())));
        await AddAsync(await ManyAsync(1, a => a.AttemptFailed(Some.Failed(a), Never, _time.GetUtcNow())));
        await CountAsync();
        await CountAsync();

        var first = await ReadAsync();
        (first.Hour.Ready[^1], first.Hour.Rejected[^1], first.Hour.Failed[^1]).ShouldBe((3, 2, 1));
        (first.Day.Ready[^1], first.Week.Ready[^1], first.Day.Rejected[^1]).ShouldBe((3, 3, 2));
        (first.Hour.Ready.Count, first.Day.Ready.Count, first.Week.Ready.Count).ShouldBe((60, 96, 168));
        first.Tiles.Arriving.Minutes[^1].ShouldBe(6);
        first.Tiles.Arriving.Value.ShouldBe(4.4, "six in 81 seconds");
        (first.Tiles.RejectedToday.Value, first.Tiles.Failed.Value).ShouldBe((2, 1));

        _time.Advance(TimeSpan.FromMinutes(1));
        await AddAsync(await ManyAsync(1, a => a.MarkReady(Some.Ready(a), _time.GetUtcNow())));
        await CountAsync();
        (await ReadAsync()).Hour.Ready.TakeLast(2).ShouldBe([3, 1]);

        _time.Advance(TimeSpan.FromHours(12));
        var later = await ReadAsync();
        (later.Hour.Ready.Sum(), later.Day.Ready.Sum(), later.Week.Ready.Sum(), later.Tiles.RejectedToday.Value).ShouldBe((0, 4, 4, 0));
    }

    [Fact]
    public async Task The_first_result_of_an_engine_is_marked_once()
    {
        await AddAsync(await ManyAsync(2, a => a.MarkReady(Some.Ready(a), _time.GetUtcNow())));
        await CountAsync();
        _time.Advance(TimeSpan.FromHours(1));
        await AddAsync(await ManyAsync(1, a => a.MarkReady(Some.Ready(a) with { Engine = "engine 2" }, _time.GetUtcNow())));
        await CountAsync();

        (await ReadAsync()).Marks.Where(mark => mark.Kind == ActivityMark.Engine).Select(mark => mark.Subject).ShouldBe(["engine 1", "engine 2"]);
    }

    [Fact]
    public async Task Failures_are_one_group_for_each_code_and_engine_with_three_examples()
    {
        await AddAsync(await ManyAsync(5, a => a.AttemptFailed(Some.Failed(a) with { Engine = "engine 1" }, Never, _time.GetUtcNow())));
        _time.Advance(TimeSpan.FromMinutes(5));
        await AddAsync(await ManyAsync(2, a => a.AttemptFailed(Some.Failed(a) with { Engine = "engine 2" }, Never, _time.GetUtcNow())));
        await AddAsync(await ManyAsync(1, a => a.AttemptFailed(Some.Failed(a) with { Code = FailureCode.Internal }, Never, _time.GetUtcNow())));
        await AddAsync(await ManyAsync(4, a => a.AttemptFailed(Some.Failed(a), Never, _time.GetUtcNow()), tenant: "acme"));

        var groups = (await ReadAsync()).NeedsYou;

        groups.Select(group => (group.Code, group.Engine, group.Count)).ShouldBe(
            [(FailureCode.ScannerUnavailable, "engine 1", 5), (FailureCode.ScannerUnavailable, "engine 2", 2), (FailureCode.Internal, null, 1)]);
        groups.Select(group => group.Examples.Count).ShouldBe([3, 2, 1]);
        (groups[0].LastAt, groups[1].FirstAt).ShouldBe((_time.GetUtcNow().AddMinutes(-5), _time.GetUtcNow()));
        groups.ShouldAllBe(group => !group.AtLeast && group.Advice.Length > 0);
    }

    [Fact]
    public async Task A_thumbnail_shows_an_earlier_revision_and_never_a_private_one()
    {
        var shown = await ManyAsync(1, a => a.MarkReady(Some.Ready(a), _time.GetUtcNow()));
        var hidden = new[] { Some.Upload(_time.GetUtcNow(), visibility: AssetVisibility.Private) };
        hidden[0].Confirm(Some.ETag, null, _time.GetUtcNow());
        hidden[0].MarkReady(Some.Ready(hidden[0]), _time.GetUtcNow()).ShouldBeTrue();
        foreach (var asset in shown.Concat(hidden))
        {
            asset.Reprocess(_time.GetUtcNow()).ShouldBeTrue();
            asset.AttemptFailed(Some.Failed(asset), Never, _time.GetUtcNow()).ShouldBeTrue();
        }

        await AddAsync([.. shown, .. hidden]);

        var examples = (await ReadAsync()).NeedsYou.Single().Examples.ToDictionary(example => example.AssetId, example => example.ThumbnailUrl);
        examples[shown[0].Id].ShouldNotBeNull().AbsolutePath.ShouldEndWith("w320.jpg");
        examples[hidden[0].Id].ShouldBeNull();
    }

    [Fact]
    public async Task An_outage_is_a_problem_while_it_lasts_and_a_mark_afterwards()
    {
        await SweepAsync();
        _parts.Storage = HealthStatus.Unhealthy;
        _time.Advance(TimeSpan.FromSeconds(30));
        await SweepAsync();
        var began = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(60));
        await SweepAsync();

        var during = await ReadAsync();
        var problem = during.Problems.Single(one => one.Code == OverviewProblemCode.DependencyDown);
        (problem.Subject, problem.Since).ShouldBe(("storage", began));
        during.Marks.Single(mark => mark.Kind == ActivityMark.Outage).ShouldBe(new ActivityMarkView(ActivityMark.Outage, "storage", began, null));
        during.Dependencies.Single(one => one.Name == "storage").ShouldBe(new DependencyView("storage", DependencyState.Fail, began, "it is away", null));

        _parts.Storage = HealthStatus.Healthy;
        _time.Advance(TimeSpan.FromSeconds(30));
        await SweepAsync();
        var after = await ReadAsync();
        after.Problems.ShouldNotContain(one => one.Code == OverviewProblemCode.DependencyDown);
        after.Marks.Single(mark => mark.Kind == ActivityMark.Outage).ShouldBe(new ActivityMarkView(ActivityMark.Outage, "storage", began, _time.GetUtcNow()));
    }

    [Fact]
    public async Task Without_counts_the_overview_says_so_and_shows_no_figure()
    {
        var overview = await ReadAsync();

        overview.CountedAt.ShouldBeNull();
        overview.Problems.Select(problem => problem.Code).ShouldBe([OverviewProblemCode.NotMeasured]);
        (overview.Tiles.OldestWaiting.Value, overview.Tiles.WebhooksBehind.Value).ShouldBe((null, null));
    }

    [Fact]
    public async Task A_time_without_counts_is_marked()
    {
        await SweepAsync();
        var last = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(20));
        await SweepAsync();

        (await ReadAsync()).Marks.ShouldBe([new ActivityMarkView(ActivityMark.Unmeasured, null, last, _time.GetUtcNow())]);
    }

    [Fact]
    public async Task A_worker_that_starts_after_the_last_count_is_no_alarm()
    {
        _time.Advance(TimeSpan.FromSeconds(40));
        await SweepAsync();
        (await ReadAsync()).Problems.ShouldContain(one => one.Code == OverviewProblemCode.NoWorkers);
        await using (var db = Open())
            await new WorkerCapacity(db, Options.Create(new DispatchOptions()), _time).HearAsync(
                new ProfilesAnnounced { Worker = "worker-1 (0.1.0)", Engine = "engine 1", Instance = Guid.NewGuid(), Concurrency = 1, ReprocessConcurrency = 1, Profiles = [] }, default);

        (await ReadAsync()).Problems.ShouldNotContain(one => one.Code == OverviewProblemCode.NoWorkers);
    }

    [Fact]
    public async Task A_worker_shows_what_it_holds_and_since_when()
    {
        var worker = Guid.NewGuid();
        await using (var db = Open())
            await new WorkerCapacity(db, Options.Create(new DispatchOptions()), _time).HearAsync(
                new ProfilesAnnounced
                {
                    Worker = "worker-1 (0.1.0)", Engine = "engine 1", Instance = worker, Concurrency = 3, ReprocessConcurrency = 1, Profiles = [],
                    Findings = [new AnnouncedFinding { Check = DependencyState.Signatures, Status = AnnouncedFinding.Ok, Detail = "They are 0 days old.", AgeSeconds = 7_200 }],
                },
                default);
        var own = (await ManyAsync(1, a => a.Started(Some.Started(a) with { Instance = worker }, _time.GetUtcNow())))[0];
        var others = (await ManyAsync(1, a => a.Started(Some.Started(a) with { Instance = worker }, _time.GetUtcNow()), tenant: "acme"))[0];
        var unnamed = (await ManyAsync(1, a => a.Started(Some.Started(a), _time.GetUtcNow())))[0];
        await AddAsync([own, others, unnamed]);
        var began = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(40));
        await SweepAsync();

        var overview = await ReadAsync();

        var (named, old) = (overview.Workers.Single(one => one.Id == worker), overview.Workers.Single(one => one.Id is null));
        (named.Name, named.Engine, named.Places).ShouldBe(("worker-1 (0.1.0)", "engine 1", 4));
        named.Holds.ShouldBe([new HeldAsset(own.Id, began), new HeldAsset(null, began)], ignoreOrder: true);
        (old.Name, old.Holds.Single().AssetId).ShouldBe(("worker (1.0)", unnamed.Id));
        overview.Dependencies.Single(one => one.Name == DependencyState.Signatures).AgeSeconds.ShouldBe(7_200);
        overview.Problems.ShouldNotContain(one => one.Code == OverviewProblemCode.NoWorkers);
    }

    [Fact]
    public async Task Old_counts_are_removed()
    {
        await AddAsync(await ManyAsync(1, a => a.MarkReady(Some.Ready(a), _time.GetUtcNow())));
        await CountAsync();
        _time.Advance(TimeSpan.FromDays(9));
        await SweepAsync();

        await using var db = Open();
        (await db.ActivityCounts.CountAsync(c => c.Kind == ActivityKind.Ready)).ShouldBe(0);
        (await db.ActivityMarks.CountAsync(m => m.Kind == ActivityMark.Engine)).ShouldBe(1, "it says which engines are known");
    }

    [Fact]
    public async Task A_run_takes_the_group_of_one_engine()
    {
        var group = await ManyAsync(2, a => a.AttemptFailed(Some.Failed(a) with { Engine = "engine 1" }, Never, _time.GetUtcNow()));
        var other = await ManyAsync(3, a => a.AttemptFailed(Some.Failed(a), Never, _time.GetUtcNow()));
        await AddAsync([.. group, .. other]);

        await using var db = Open();
        foreach (var (engine, assets) in new[] { ("engine 1", group), ("", other) })
            (await RunQuery.Matching(db, "default", new RunFilter { Code = FailureCode.ScannerUnavailable, Engine = engine }).Select(a => a.Id).ToListAsync())
                .ShouldBe(assets.Select(a => a.Id), ignoreOrder: true);
    }

    private AssetDbContext Open() => _database.Open();

    private Task<IReadOnlyList<Asset>> ManyAsync(int count, Func<Asset, bool> change, string tenant = "default")
    {
        var assets = Enumerable.Range(0, count).Select(_ => Some.Upload(_time.GetUtcNow(), tenant: tenant)).ToList();
        foreach (var asset in assets)
        {
            asset.Confirm(Some.ETag, null, _time.GetUtcNow()).ShouldBeTrue();
            change(asset).ShouldBeTrue();
        }

        return Task.FromResult<IReadOnlyList<Asset>>(assets);
    }

    private async Task AddAsync(IReadOnlyList<Asset> assets)
    {
        await using var db = Open();
        await new AssetStore(db).AddAsync(assets, default);
    }

    private async Task CountAsync()
    {
        await using (var db = Open()) await new EventFeed(db, new LocalEventSignal(), _time).RunAsync(default);
        await using (var db = Open()) await new ActivitySweep(db).RunAsync(default);
    }

    private async Task SweepAsync()
    {
        await using var db = Open();
        await new OperationalCountsSweep(db, _current, _time, _parts).RunAsync(default);
    }

    private async Task<OverviewView> ReadAsync()
    {
        await using var db = Open();
        using var store = new DiskObjectStore(Options.Create(new DiskStorageOptions { Root = _folder.Path }), _time);
        var areas = StorageAreas.Shared(store, new DiskUploadSigner(Options.Create(new DiskStorageOptions { Root = _folder.Path }), _time), new Uri("http://localhost/public"));
        return await new OverviewReader(db, _current, new FailureGroups(db, areas), new WorkersAtWork(db), new OverviewProblems(db), _time).ReadAsync(Viewer, default);
    }

    private sealed class Parts : IReadiness
    {
        public HealthStatus Storage { get; set; } = HealthStatus.Healthy;

        public Task<IReadOnlyList<PartState>> PartsAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<PartState>>([new("database", HealthStatus.Healthy, null), new("storage", Storage, Storage == HealthStatus.Healthy ? null : "it is away")]);
    }
}

public sealed class SqliteOverviewTests() : OverviewContract(UsageDatabase.Sqlite());

public sealed class PostgresOverviewTests() : OverviewContract(UsageDatabase.Postgres());
