using System.Reflection;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Costs;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Queues;
using Pipeline.Assets.Rescans;
using Pipeline.Storage.Costs;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Assets.StoreEvents;
using Pipeline.Assets.Uploads;
using Pipeline.Assets.Webhooks;
using Pipeline.Imaging.Fingerprints;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Delivery;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Overview;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Scale;

/// <summary>Runs all the API's queries by its own code, so that a changed or new query is tested as it is.</summary>
/// <param name="open">A database that <see cref="ManyAssets"/> has filled, with these interceptors.</param>
internal sealed class TableQueries(Func<IInterceptor[], AssetDbContext> open)
{
    private static readonly ClaimsPrincipal User = new(new ClaimsIdentity([new Claim("userId", ManyAssets.Owner)]));
    private readonly SentQueries _sent = new();

    /// <summary>The sweeps do their work meanwhile.</summary>
    public async Task<IReadOnlyCollection<SentQuery>> AskAsync()
    {
        using var folder = new TempFolder();
        var disk = Options.Create(new DiskStorageOptions { Root = folder.Path });
        using var store = new DiskObjectStore(disk, TimeProvider.System);
        var areas = StorageAreas.Shared(store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost/public"));

        // An object and a multipart upload for the sweeps of the incoming area.
        await store.WriteAsync(ObjectKey.Erased(Guid.NewGuid()), new MemoryStream([1]), 1, new WriteOptions { ContentType = "image/jpeg" }, default);
        await store.WriteAsync(ObjectKey.Parse("uploads/a/1-00ff.jpg"), new MemoryStream([1]), 1, new WriteOptions { ContentType = "image/jpeg" }, default);

        using var uploads = new DiskMultipartUploads(store, disk, TimeProvider.System);
        await uploads.CreateAsync(ObjectKey.Parse("uploads/a/1-00ff.jpg"), new WriteOptions { ContentType = "image/jpeg" }, default);
        await ReadAsync(areas);
        foreach (var sweep in typeof(ISweep).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ISweep))))
            await WithAsync(sweep.Name, db => Sweep(sweep, db, areas, uploads).RunAsync(default));
        return _sent.All;
    }

    private async Task ReadAsync(StorageAreas areas)
    {
        List<Asset> mine;
        await using (var db = open([])) mine = await db.Assets.AsNoTracking().Where(a => a.OwnerId == ManyAssets.Owner).OrderBy(a => a.Id).ToListAsync();
        var one = mine.Find(a => a.PerceptualHash is not null)!;

        foreach (var filters in FilterSets(mine))
            await WithAsync($"list {string.Join(" + ", filters.Select(Name))}", db => ListAsync(Reads(db, areas), filters));
        await WithAsync("one", db => AssetQueries.Of(db).OfIds(db, [one.Id]).ToListAsync().AsTask());
        await WithAsync("feed", db => new EventFeed(db, new LocalEventSignal(), TimeProvider.System).ReadAsync(100, 50, default));
        await WithAsync("sweep work", db => SweepWork.ReadAsync(db, TimeProvider.System.GetUtcNow(), default));
        await WithAsync("timeline", db => Reads(db, areas).TimelineAsync(one.Id, User, "1", 200, default));
        await WithAsync("similar", db => new SimilarAssets(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), areas)
            .HandleAsync(one.Id, User, 16, 100, default));
        await WithAsync("confirm by key", db => new AssetStore(db).FindByKeyAsync(one.IncomingKey, new Caller(ManyAssets.Owner), default));
        await WithAsync("pending share", db => Some.Pending(db, new UploadOptions { PendingPerOwner = 1 }).TryAddAsync(Some.Upload(TimeProvider.System.GetUtcNow(), owner: ManyAssets.Owner), default));
        await WithAsync("counted upload", db => Some.Pending(db).TryAddAsync(Some.Upload(TimeProvider.System.GetUtcNow(), owner: ManyAssets.Owner), default));
        await WithAsync("limits", db => CurrentUsage.ReadAsync(db, new Caller(ManyAssets.Owner), TimeProvider.System.GetUtcNow(), default));
        await WithAsync("repeat", db => new IdempotentRequest(db, Options.Create(new IdempotencyOptions()), TimeProvider.System)
            .FindAsync(new IdempotencyKey(new Caller(ManyAssets.Owner), "presignUpload", "k", "h"), default));
        await WithAsync("readable by key", db => new AssetStore(db).FindReadableByKeyAsync(one.IncomingKey, new Caller(ManyAssets.Owner), default));
        await WithAsync("readable by key, admin", db => new AssetStore(db).FindReadableByKeyAsync(one.IncomingKey, new Caller(Caller.DefaultTenant, "root", new HashSet<string> { Caller.AdminRole }), default));
        await WithAsync("readable by id, admin", db => new AssetStore(db).FindReadableAsync(one.Id, new Caller(Caller.DefaultTenant, "root", new HashSet<string> { Caller.AdminRole }), default));
        await WithAsync("visible", db => new VisibleAssets(db, areas).FindAsync(one.Id, User, default));
        await WithAsync("store event", db => new ConfirmByStoreEvents(db, new AssetStore(db), areas, Confirm(new AssetStore(db), areas))
            .RunAsync(new StoreNotification(mine.Count, mine.Take(500).Select(a => a.IncomingKey).ToHashSet()), default));
        await WithAsync("delete public objects", db => new PublicObjects(db, areas, new EagerCache(), new SweepSignal<CachePurgeSweep>(), TimeProvider.System)
            .DeleteAsync([ObjectKey.Parse("assets/a/r/w320.jpg")], default));
        await WithAsync("queues", db => new QueueReport(db, new FakeQueues(), TimeProvider.System).ReadAsync(default));
        await WithAsync("overview", db => new OverviewReader(
            db, new CurrentCounts(TimeProvider.System), new FailureGroups(db, areas), new WorkersAtWork(db), new OverviewProblems(db), TimeProvider.System)
            .ReadAsync(new Caller(ManyAssets.Owner), default));
        foreach (var filter in OperatorFilters()) await WithAsync("operator assets", db => new OperatorAssets(db, areas).ListAsync(filter, null, new Caller(ManyAssets.Owner), default));
        await WithAsync("costs", db => StoreUsage.ReadAsync(db, StoreUsage.Month, TimeProvider.System.GetUtcNow(), default));
        foreach (var (verb, user) in ((string?, string?)[])[(null, null), ("run.apply", null), (null, "root"), ("run.apply", "root")])
            await WithAsync("audit", db => new AuditLog(db, TimeProvider.System).ReadAsync(new Caller(ManyAssets.Owner), verb, user, one.Id, 50, default));
        await RunsAsync(areas);
        await StreamAsync(areas, one);
        await WithAsync("several", db => new AssetStore(db).FindEachAsync([.. mine.Take(100).Select(a => a.Id)], new Caller(ManyAssets.Owner), default));
        await WithAsync("batch", db => new BatchReader(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), areas)
            .FindAsync(one.BatchId!.Value, new Caller(ManyAssets.Owner), default));
        await WithAsync("close", db => new CloseBatch(db, new AssetStore(db), new SweepSignal<ObjectCleanup>(), TimeProvider.System)
            .RunAsync(one.BatchId!.Value, new Caller(ManyAssets.Owner), default));
        await WithAsync("outcome", db => new AssetStore(db).ChangeAsync(one.Id, _ => false, default));
    }

    // A plan counts the assets of its filter, so it is not here: it has a limit of time.
    private async Task RunsAsync(StorageAreas areas)
    {
        var now = TimeProvider.System.GetUtcNow();
        var run = new Run
        {
            Id = Guid.CreateVersion7(now), TenantId = Caller.DefaultTenant, Kind = RunKind.Reprocess, State = RunState.Running, Filter = "{}", Plan = "{}", Pace = "{}",
            LastId = Guid.CreateVersion7(now), Planned = 1, PlannedBy = "root", CreatedAt = now, ExpiresAt = now,
        };
        var root = new Caller("root");
        await WithAsync("run brakes", db => RunParts.Brakes(db, areas, TimeProvider.System).WhyWaitAsync(run, new RunPace(), yields: true, default));
        await WithAsync("runs", db => new RunReader(db, TimeProvider.System).ListAsync(root, run.Id, 50, default));
        await WithAsync("run", db => new RunReader(db, TimeProvider.System).ViewAsync(run, default));
        await WithAsync("run items", db => new RunReader(db, TimeProvider.System).ItemsAsync(run.Id, failed: true, run.Id, 50, default));
        await WithAsync("held items", db => new RunReader(db, TimeProvider.System).HeldAsync(run.Id, run.Id, 50, default));
        await WithAsync("run step", db => RunParts.Step(db, TimeProvider.System).RunAsync(run, new RunFilter { All = true }, RunFeeder.Page, Guid.NewGuid(), default));
        await WithAsync("run settles", db => new RunEnd(db, Options.Create(new RunsOptions()), TimeProvider.System, NullLogger<RunEnd>.Instance).SettleLateAsync(run.Id, default));
    }

    private async Task StreamAsync(StorageAreas areas, Asset one)
    {
        var caller = new Caller(ManyAssets.Owner);
        foreach (var scope in (StreamScope[])[StreamScope.Own, StreamScope.OfAsset(one.Id), StreamScope.OfBatch(one.BatchId!.Value)])
        {
            await WithAsync($"state, {scope.Path}", db => new CurrentState(
                db, new AssetStore(db), Streams(db, areas), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), areas, TimeProvider.System).ReadAsync(caller, scope, long.MaxValue, default));
            await WithAsync($"replay, {scope.Path}", db => Streams(db, areas).PageAsync(caller, scope, 100, long.MaxValue, default));
            await WithAsync($"end, {scope.Path}", db => Streams(db, areas).EndAsync(caller, scope, long.MaxValue, default));
        }
    }

    private static StreamReads Streams(AssetDbContext db, StorageAreas areas) =>
        new(db, new EventDocuments(new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), areas), Options.Create(new EventOptions()), TimeProvider.System);

    private async Task WithAsync(string by, Func<AssetDbContext, Task> ask)
    {
        _sent.By = by;
        await using var db = open([_sent]);
        await ask(db);
    }

    private static AssetReads Reads(AssetDbContext db, StorageAreas areas) =>
        new(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), areas);

    // Add a new sweep here.
    private static ISweep Sweep(Type type, AssetDbContext db, StorageAreas areas, IMultipartUploads uploads)
    {
        var (store, time, dispatch) = (new AssetStore(db), TimeProvider.System, Options.Create(new DispatchOptions()));
        return type.Name switch
        {
            nameof(Dispatcher) => new Dispatcher(
                db, store, FakeBus.That((_, _) => Task.CompletedTask), new OwnerRoundRobin(), new WorkerCapacity(db, dispatch, time), dispatch, time, NullLogger<Dispatcher>.Instance),
            nameof(StalledWorkRescuer) => new StalledWorkRescuer(
                db, store, new RetryPolicy(dispatch.Value, () => 0), new Backlog(), Some.BusThatAnswers(dispatch.Value, time.GetUtcNow()),
                new SweepSignal<Dispatcher>(), dispatch, time, NullLogger<StalledWorkRescuer>.Instance),
            nameof(Expirer) => new Expirer(db, store, new SweepSignal<ObjectCleanup>(), Options.Create(new UploadOptions()), time),
            nameof(TemporarySweep) => new TemporarySweep(db, store, new SweepSignal<Dispatcher>(), new SweepSignal<ObjectCleanup>(), time),
            nameof(ObjectCleanup) => CleanupOf(db, store, areas, uploads),
            nameof(CachePurgeSweep) => new CachePurgeSweep(db, areas, new EagerCache(), time, NullLogger<CachePurgeSweep>.Instance),
            nameof(ArrivalSweep) => new ArrivalSweep(db, store, areas, uploads, Confirm(store, areas), new ArrivalSweepState(), time),
            nameof(BusEvents) => new FeedRead(db),
            nameof(WebhookFanOut) => new WebhookFanOut(db, new WebhookSignal(), time),
            nameof(WebhookUpkeep) => new WebhookUpkeep(
                db, new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), "a secret")), Options.Create(new EventOptions()), time, NullLogger<WebhookUpkeep>.Instance),
            nameof(UsageRecount) => new UsageRecount(db, time, NullLogger<UsageRecount>.Instance),
            nameof(IdempotencySweep) => new IdempotencySweep(db, Options.Create(new IdempotencyOptions()), time),
            nameof(RunFeeder) => RunParts.Feeder(db, areas, time),
            nameof(RunUpkeep) => new RunUpkeep(db, new AssetStore(db), Options.Create(new RunsOptions()), time),
            nameof(RescanDispatcher) => new RescanDispatcher(
                db, store, FakeBus.That((_, _) => Task.CompletedTask), new Backlog(), dispatch, new SweepSignal<RunFeeder>(), time, NullLogger<RescanDispatcher>.Instance),
            nameof(RescanSchedule) => new RescanSchedule(
                db, new RunForecast(db, Options.Create(new RunsOptions()), Options.Create(new PricesOptions()), time), new StartRun(db, new AuditLog(db, time), new SweepSignal<RunFeeder>()),
                Options.Create(new RescanOptions()), new RescanScheduleState(), time, NullLogger<RescanSchedule>.Instance),
            nameof(ActivitySweep) => new ActivitySweep(db),
            nameof(OperationalCountsSweep) => new OperationalCountsSweep(db, new CurrentCounts(time), time),
            nameof(EventFeed) => new EventFeed(db, new LocalEventSignal(), TimeProvider.System),
            nameof(EventRetention) => new EventRetention(
                new PostgresEventPartitions(db), Options.Create(new EventOptions()), Options.Create(new LedgerOptions()), time),
            nameof(IncomingSweep) => new IncomingSweep(
                db, areas, new IncomingSweepPosition(), Options.Create(new CleanupOptions()), new ManualTime(time.GetUtcNow().AddDays(2)), NullLogger<IncomingSweep>.Instance),
            nameof(MultipartSweep) => new MultipartSweep(
                db, uploads, Options.Create(new CleanupOptions()), Options.Create(new UploadOptions()), new ManualTime(time.GetUtcNow().AddDays(2)), NullLogger<MultipartSweep>.Instance),
            nameof(ManifestSweep) => new ManifestSweep(db, store, Files(areas), time, NullLogger<ManifestSweep>.Instance),
            nameof(ManifestBackfill) => new ManifestBackfill(db, Files(areas), new ManifestBackfillPosition(), Options.Create(new ManifestOptions()), time),
            nameof(ErasedSweep) => new ErasedSweep(
                db, areas, new EraseAgain(store, Files(areas), time, NullLogger<EraseAgain>.Instance), new SweepSignal<ObjectCleanup>(), Options.Create(new ManifestOptions()), time,
                NullLogger<ErasedSweep>.Instance),
            _ => throw new NotSupportedException($"{type.Name} is a new sweep: have it ask here."),
        };
    }

    private static ManifestFiles Files(StorageAreas areas) => new(areas, ManifestKeys.Of(new ManifestOptions(), "a secret"));

    private static ObjectCleanup CleanupOf(AssetDbContext db, AssetStore store, StorageAreas areas, IMultipartUploads uploads)
    {
        var (time, options) = (TimeProvider.System, Options.Create(new CleanupOptions { Concurrency = 1 }));
        var publicObjects = new PublicObjects(db, areas, new EagerCache(), new SweepSignal<CachePurgeSweep>(), time);
        var one = new AssetCleanup(
            store, new NeededKeys(db, options), areas, uploads, new VariantMove(store, areas, publicObjects, time, NullLogger<VariantMove>.Instance), publicObjects,
            new SweepSignal<Dispatcher>(), options, time, NullLogger<AssetCleanup>.Instance);
        var scopes = new ServiceCollection().AddSingleton(one).BuildServiceProvider().GetRequiredService<IServiceScopeFactory>();
        return new ObjectCleanup(db, store, scopes, options, time);
    }

    private static ConfirmUpload Confirm(AssetStore store, StorageAreas areas) =>
        new(store, areas, new SweepSignal<Dispatcher>(), TimeProvider.System, NullLogger<ConfirmUpload>.Instance);

    // Every filter alone and combined with every other.
    private static IEnumerable<Dictionary<string, object>> FilterSets(List<Asset> mine)
    {
        var samples = ListParameters().Select(parameter => (Name: parameter.Name!, Values: SamplesOf(parameter.Name!, mine))).ToList();
        IEnumerable<Dictionary<string, object>> sets = [new(StringComparer.Ordinal)];
        foreach (var (name, values) in samples)
            sets = [.. sets, .. sets.SelectMany(_ => values, (set, value) => new Dictionary<string, object>(set, StringComparer.Ordinal) { [name] = value })];
        return sets;
    }

    private static object[] SamplesOf(string filter, List<Asset> mine) => filter switch
    {
        "status" => ["ready", "queued"],
        "ids" => [string.Join(',', mine.Where((_, i) => i % 10 == 0).Select(asset => asset.Id))],
        "batchId" => [mine[mine.Count / 2].BatchId!.Value],
        "stale" => [true, false],
        "staleReason" => [StaleWords.Settings, StaleWords.Engine],
        "cursor" => [mine[mine.Count / 2].Id.ToString("N")],
        _ => throw new NotSupportedException($"'{filter}' is a new filter of the list: give it a value here."),
    };

    private static string Name(KeyValuePair<string, object> filter) => filter switch
    {
        { Key: "status", Value: var status } => $"{status}",
        { Key: "stale", Value: false } => "not stale",
        { Key: "staleReason", Value: var reason } => $"stale by {reason}",
        _ => filter.Key,
    };

    private static IEnumerable<ParameterInfo> ListParameters() => typeof(AssetReads).GetMethod(nameof(AssetReads.ListAsync))!.GetParameters()
        .Where(parameter => parameter.ParameterType != typeof(ClaimsPrincipal) && parameter.ParameterType != typeof(CancellationToken) && parameter.Name != "limit");

    private static async Task ListAsync(AssetReads reads, Dictionary<string, object> filters)
    {
        var list = typeof(AssetReads).GetMethod(nameof(AssetReads.ListAsync))!;
        var arguments = list.GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(ClaimsPrincipal) ? User
            : parameter.ParameterType == typeof(CancellationToken) ? CancellationToken.None
            : filters.GetValueOrDefault(parameter.Name!));
        await (Task)list.Invoke(reads, [.. arguments])!;
    }

    private static IEnumerable<OperatorAssetFilter> OperatorFilters()
    {
        var all = new OperatorAssetFilter(null, null, null, null, null, null, null, null, null);
        var (cursor, then) = (Guid.CreateVersion7().ToString("N"), TimeProvider.System.GetUtcNow().AddDays(-100));
        yield return all;
        yield return all with { Cursor = cursor };
        yield return all with { Status = "ready", Cursor = cursor };
        yield return all with { Status = "deleted", OwnerId = ManyAssets.Owner };
        yield return all with { Failed = true };
        yield return all with { Code = "internal", Engine = "" };
        yield return all with { Code = "corrupt" };
        yield return all with { Profile = "none" };
        yield return all with { CreatedFrom = then, CreatedTo = then.AddDays(1) };
    }

    private sealed class EagerCache : ICachePurge
    {
        public int MaxUrls => 30;

        public bool IsNeeded => true;

        public Task<PurgeResult> PurgeAsync(IReadOnlyList<Uri> urls, CancellationToken cancellationToken) => Task.FromResult<PurgeResult>(new PurgeResult.Purged());
    }

    // The one query of the sweep that publishes to a broker.
    private sealed class FeedRead(AssetDbContext db) : ISweep
    {
        public Task RunAsync(CancellationToken cancellationToken) => FeedReader.AdvanceAsync(db, FeedReader.Bus, 200, (_, _) => Task.CompletedTask, cancellationToken);
    }
}
