using System.Reflection;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Uploads;
using Pipeline.Imaging.Fingerprints;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;
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

        // An object for the sweep of the incoming area.
        await store.WriteAsync(ObjectKey.Parse("uploads/a/1-00ff.jpg"), new MemoryStream([1]), 1, new WriteOptions { ContentType = "image/jpeg" }, default);

        await ReadAsync(areas);
        foreach (var sweep in typeof(ISweep).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ISweep))))
            await WithAsync(sweep.Name, db => Sweep(sweep, db, areas).RunAsync(default));
        return _sent.All;
    }

    private async Task ReadAsync(StorageAreas areas)
    {
        List<Asset> mine;
        await using (var db = open([])) mine = await db.Assets.AsNoTracking().Where(a => a.OwnerId == ManyAssets.Owner).OrderBy(a => a.Id).ToListAsync();
        var one = mine.Find(a => a.PerceptualHash is not null)!;

        foreach (var filters in FilterSets(mine))
            await WithAsync($"list {string.Join(" + ", filters.Select(Name))}", db => ListAsync(Reads(db, areas), filters));
        await WithAsync("one", db => Reads(db, areas).OneAsync(one.Id, User, default));
        await WithAsync("feed", db => new EventFeed(db, new LocalEventSignal()).ReadAsync(100, 50, default));
        await WithAsync("timeline", db => Reads(db, areas).TimelineAsync(one.Id, User, "1", 200, default));
        await WithAsync("similar", db => new SimilarAssets(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), areas)
            .HandleAsync(one.Id, User, 16, 100, default));
        await WithAsync("confirm by key", db => new AssetStore(db).FindByKeyAsync(one.IncomingKey, new Caller(ManyAssets.Owner), default));
        await WithAsync("pending share", db => new PendingUploads(db, new AssetStore(db), Options.Create(new UploadOptions { PendingPerOwner = 1 }))
            .TryAddAsync(Some.Upload(TimeProvider.System.GetUtcNow(), owner: ManyAssets.Owner), default));
        await WithAsync("outcome", db => new AssetStore(db).ChangeAsync(one.Id, _ => false, default));
    }

    private async Task WithAsync(string by, Func<AssetDbContext, Task> ask)
    {
        _sent.By = by;
        await using var db = open([_sent]);
        await ask(db);
    }

    private static AssetReads Reads(AssetDbContext db, StorageAreas areas) =>
        new(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), areas);

    // Add a new sweep here.
    private static ISweep Sweep(Type type, AssetDbContext db, StorageAreas areas)
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
            nameof(ObjectCleanup) => new ObjectCleanup(db, store, areas, new SweepSignal<Dispatcher>(), Options.Create(new CleanupOptions()), time, NullLogger<ObjectCleanup>.Instance),
            nameof(EventFeed) => new EventFeed(db, new LocalEventSignal()),
            nameof(EventRetention) => new EventRetention(
                new PostgresEventPartitions(db), Options.Create(new EventOptions()), Options.Create(new LedgerOptions()), time),
            nameof(IncomingSweep) => new IncomingSweep(
                db, areas, new IncomingSweepPosition(), Options.Create(new CleanupOptions()), new ManualTime(time.GetUtcNow().AddDays(2)), NullLogger<IncomingSweep>.Instance),
            _ => throw new NotSupportedException($"{type.Name} is a new sweep: have it ask here."),
        };
    }

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
        "stale" => [true, false],
        "cursor" => [mine[mine.Count / 2].Id.ToString("N")],
        _ => throw new NotSupportedException($"'{filter}' is a new filter of the list: give it a value here."),
    };

    private static string Name(KeyValuePair<string, object> filter) => filter switch
    {
        { Key: "status", Value: var status } => $"{status}",
        { Key: "stale", Value: false } => "not stale",
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
}
