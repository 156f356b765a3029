using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.AllInOne.Database;
using Pipeline.Assets;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Purging;
using Pipeline.Assets.StoreEvents;
using Pipeline.Assets.Uploads;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>
/// The services behind the HTTP API, on a real SQLite file and a real disk store, with a clock that the test advances. Each call has
/// its own database context, like each sweep and each request.
/// </summary>
internal sealed class Backroom : IDisposable
{
    private static readonly Lazy<byte[]> EmptyDatabase = new(Migrated);
    private readonly TempFolder _folder = new();

    public Backroom(DateTimeOffset? start = null)
    {
        Time = new ManualTime(start);
        File.WriteAllBytes(_folder["assets.db"], EmptyDatabase.Value);
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        Store = new DiskObjectStore(disk, Time);
        Signer = new DiskUploadSigner(disk, Time);
        Multipart = new DiskMultipartUploads(Store, disk, Time);
    }

    public ManualTime Time { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Every owner's share is large, so that only tests of the share reach it.</summary>
    public DispatchOptions Dispatch { get; } = new() { InWorkPerOwner = 1000 };

    public OwnerRoundRobin OwnerRoundRobin { get; } = new();

    public UploadOptions Uploads { get; } = new();

    public LimitsOptions Limits { get; } = new();

    public IdempotencyOptions Idempotency { get; } = new();

    public CleanupOptions Cleanup { get; } = new();

    /// <summary>The cache before the public area; none by default.</summary>
    public ICachePurge Cache { get; set; } = new NoCache();

    public Backlog Backlog { get; } = new();

    /// <summary>The bus state that this instance has seen; null for a bus that answered all the time.</summary>
    public BusMonitor? Watch { get; set; }

    public DiskObjectStore Store { get; }

    public DiskUploadSigner Signer { get; }

    public DiskMultipartUploads Multipart { get; }

    public RetryPolicy Retries => new(Dispatch, () => 0);

    public StorageAreas Areas(IObjectStore? store = null) => StorageAreas.Shared(store ?? Store, Signer, new Uri("http://localhost/public"));

    public SqliteAssetDbContext Open(params IInterceptor[] watchers) => Open(_folder["assets.db"], watchers);

    public async Task<Asset> RowAsync(Guid id)
    {
        await using var db = Open();
        return await db.Assets.AsNoTracking().SingleAsync(a => a.Id == id);
    }

    public async Task<List<string>> TimelineAsync(Guid id)
    {
        await using var db = Open();
        return [.. (await db.Events.Where(e => e.AssetId == id).OrderBy(e => e.Sequence).Select(e => e.Kind).ToListAsync()).Select(AssetEvent.Word)];
    }

    public async Task<Asset> ChangeAsync(Guid id, Func<Asset, bool> change)
    {
        await using var db = Open();
        var result = await new AssetStore(db).ChangeAsync(id, change, default);
        return result.ShouldNotBeNull().Asset;
    }

    /// <summary>Inserts a row after these changes; each of them must change the row.</summary>
    public Task<Asset> AddAsync(params Func<Asset, bool>[] changes) => AddAsync(Some.Upload(Now), changes);

    /// <summary>The same for another owner.</summary>
    public Task<Asset> AddOfAsync(string owner, params Func<Asset, bool>[] changes) => AddAsync(Some.Upload(Now, owner: owner), changes);

    /// <inheritdoc cref="AddAsync(Func{Asset, bool}[])" />
    public async Task<Asset> AddAsync(Asset asset, params Func<Asset, bool>[] changes)
    {
        foreach (var change in changes) change(asset).ShouldBeTrue();
        await using var db = Open();
        await new AssetStore(db).AddAsync(asset, default);
        return asset;
    }

    public Task<Asset> AddConfirmedAsync(string owner = Some.Owner) => AddOfAsync(owner, a => a.Confirm(Some.ETag, null, Now));

    public Task<Asset> AddReadyAsync() => AddAsync(a => a.Confirm(Some.ETag, null, Now), a => a.MarkReady(Some.Ready(a), Now));

    public Task<Asset> AddReadyAsync(Func<AssetReady, AssetReady> with) =>
        AddAsync(a => a.Confirm(Some.ETag, null, Now), a => a.MarkReady(with(Some.Ready(a)), Now));

    /// <summary>The use case that issues upload URLs.</summary>
    public IssueUpload Issue(AssetDbContext db) => new(new UploadPolicy(Options.Create(Uploads)), Pending(db), Urls(), Time);

    /// <summary>Adds uploads with the limits of this room.</summary>
    public PendingUploads Pending(AssetDbContext db, IdempotencyKey? key = null) => Some.Pending(db, Uploads, Limits, new IdempotentRequest(db, Options.Create(Idempotency), Time) { Key = key });

    public UploadUrls Urls() => new(Areas(), Options.Create(Uploads));

    /// <summary>Handles a worker's message.</summary>
    public async Task AnnounceAsync(string profile, string fingerprint, DateTimeOffset? at = null, string? settings = null)
    {
        await using var db = Open();
        var news = new ProfilesAnnounced
        {
            Worker = "worker (1.0)",
            Engine = "engine 1",
            Profiles = [new AnnouncedProfile { Name = profile, Fingerprint = fingerprint, SettingsFingerprint = settings }],
        };
        await new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance).WriteAsync(news, at ?? Now, default);
    }

    public async Task DispatchAsync(IBus bus, CancellationToken cancellationToken = default, params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        var options = Options.Create(Dispatch);
        await new Dispatcher(db, new AssetStore(db), bus, OwnerRoundRobin, new WorkerCapacity(db, options, Time), options, Time, NullLogger<Dispatcher>.Instance)
            .RunAsync(cancellationToken);
    }

    public async Task RescueAsync(bool all = false, params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        var rescuer = new StalledWorkRescuer(
            db, new AssetStore(db), Retries, Backlog, Watch ?? Some.BusThatAnswers(Dispatch, Now), new SweepSignal<Dispatcher>(), Options.Create(Dispatch), Time, NullLogger<StalledWorkRescuer>.Instance);
        await (all ? rescuer.RescueAllAsync(default) : rescuer.RunAsync(default));
    }

    public async Task WatchAsync()
    {
        await using var services = new ServiceCollection().AddScoped<AssetDbContext>(_ => Open()).BuildServiceProvider();
        using var watching = new BusMonitorService(
            Watch!, Backlog, services.GetRequiredService<IServiceScopeFactory>(), Options.Create(Dispatch), Time, NullLogger<BusMonitorService>.Instance);
        await watching.LookAsync(default);
    }

    public async Task ExpireAsync(params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        await new Expirer(db, new AssetStore(db), new SweepSignal<ObjectCleanup>(), Options.Create(Uploads), Time).RunAsync(default);
    }

    public async Task RecountAsync(params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        await new UsageRecount(db, Time, NullLogger<UsageRecount>.Instance).RunAsync(default);
    }

    public async Task SweepTemporaryAsync(params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        await new TemporarySweep(db, new AssetStore(db), new SweepSignal<Dispatcher>(), new SweepSignal<ObjectCleanup>(), Time).RunAsync(default);
    }

    public async Task TidyAsync(IObjectStore? store = null, params IInterceptor[] watchers)
    {
        await using var services = new ServiceCollection()
            .AddScoped<AssetDbContext>(_ => Open(watchers))
            .AddScoped(scope => CleanupOf(scope.GetRequiredService<AssetDbContext>(), store))
            .BuildServiceProvider();
        await using var db = Open(watchers);
        await new ObjectCleanup(db, new AssetStore(db), services.GetRequiredService<IServiceScopeFactory>(), Options.Create(Cleanup), Time).RunAsync(default);
    }

    private AssetCleanup CleanupOf(AssetDbContext db, IObjectStore? store)
    {
        var (assets, areas) = (new AssetStore(db), Areas(store));
        var publicObjects = new PublicObjects(db, areas, Cache, new SweepSignal<CachePurgeSweep>(), Time);
        return new AssetCleanup(
            assets, new NeededKeys(db, Options.Create(Cleanup)), areas, Multipart, new VariantMove(assets, areas, publicObjects, Time, NullLogger<VariantMove>.Instance), publicObjects,
            new SweepSignal<Dispatcher>(), Options.Create(Cleanup), Time, NullLogger<AssetCleanup>.Instance);
    }

    public async Task PurgeAsync(params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        await new CachePurgeSweep(db, Areas(), Cache, Time, NullLogger<CachePurgeSweep>.Instance).RunAsync(default);
    }

    /// <summary>Confirms what has arrived, as the sweep does.</summary>
    public async Task SweepArrivalsAsync(IObjectStore? store = null, ArrivalSweepState? state = null, params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        var (assets, areas) = (new AssetStore(db), Areas(store));
        await new ArrivalSweep(db, assets, areas, Multipart, ConfirmOf(assets, areas), state ?? new ArrivalSweepState(), Time).RunAsync(default);
    }

    public async Task<StoreEventResult> TellAsync(string json, IObjectStore? store = null, string prefix = "")
    {
        await using var db = Open();
        var (assets, areas) = (new AssetStore(db), Areas(store) with { IncomingPrefix = prefix });
        using var notification = JsonDocument.Parse(json);
        return await new ConfirmByStoreEvents(db, assets, areas, ConfirmOf(assets, areas)).RunAsync(StoreEventReader.Read(notification.RootElement).ShouldNotBeNull(), default);
    }

    private ConfirmUpload ConfirmOf(AssetStore assets, StorageAreas areas) =>
        new(assets, areas, new SweepSignal<Dispatcher>(), Time, NullLogger<ConfirmUpload>.Instance);

    public async Task SweepIncomingAsync(IObjectStore? store = null, params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        await new IncomingSweep(
            db, Areas(store), new IncomingSweepPosition(), Options.Create(Cleanup), Time, NullLogger<IncomingSweep>.Instance).RunAsync(default);
    }

    /// <summary>Sweeps the open multipart uploads of the store, or of this one.</summary>
    public async Task SweepMultipartAsync(IMultipartUploads? uploads = null, params IInterceptor[] watchers)
    {
        await using var db = Open(watchers);
        await new MultipartSweep(db, uploads ?? Multipart, Options.Create(Cleanup), Options.Create(Uploads), Time, NullLogger<MultipartSweep>.Instance).RunAsync(default);
    }

    public async Task PutAsync(params IEnumerable<string> keys)
    {
        foreach (var key in keys)
            await Store.WriteAsync(ObjectKey.Parse(key), new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/jpeg" }, default);
    }

    public async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var found in Store.ListAsync("", default)) keys.Add(found.Key.Value);
        return keys;
    }

    public void Dispose()
    {
        Multipart.Dispose();
        Store.Dispose();
        _folder.Dispose();
    }

    private static SqliteAssetDbContext Open(string file, params IInterceptor[] watchers) => new(
        new DbContextOptionsBuilder<SqliteAssetDbContext>()
            .UseSqlite($"Data Source={file};Default Timeout=30;Foreign Keys=True;Pooling=False")
            .AddInterceptors(watchers)
            .Options);

    // Migrating takes longer than most tests, so it is done once and the file is copied.
    private static byte[] Migrated()
    {
        using var folder = new TempFolder();
        using (var db = Open(folder["assets.db"])) db.Database.Migrate();
        return File.ReadAllBytes(folder["assets.db"]);
    }
}
