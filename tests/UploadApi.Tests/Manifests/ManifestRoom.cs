using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;
using Pipeline.UploadApi.Tests.Runs;

namespace Pipeline.UploadApi.Tests.Manifests;

/// <summary>A library with frozen originals, its manifests, and the loss of its table.</summary>
public abstract class ManifestRoom : RunRoom
{
    private readonly bool _onS3;
    private OwnS3? _s3;

    private protected ManifestRoom(UsageDatabase database, bool onS3 = false)
        : base(database) => _onS3 = onS3;

    private protected ManifestKeys Keys { get; set; } = NewKeys();

    private protected ManifestOptions Manifests { get; } = new();

    private protected ManifestFiles Files => new(Areas(), Keys);

    private protected static ManifestKeys NewKeys() => ManifestKeys.Of(new ManifestOptions { SigningKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) });

    private protected override StorageAreas Areas() => _onS3 ? (_s3 ??= new OwnS3("manifests")).Areas : base.Areas();

    private protected override IEnumerable<IRunWalk> Walks(AssetDbContext db) =>
        [new RebuildWalk(db, Areas(), new RebuildReader(db, Areas(), Files, Erase(db), Take(db), Time), Files)];

    /// <summary>Adds a ready asset whose original is in the store.</summary>
    private protected async Task<Asset> AddFrozenAsync(Asset? upload = null, Func<AssetReady, AssetReady>? with = null)
    {
        var asset = upload ?? Some.Upload(Time.GetUtcNow());
        var bytes = RandomNumberGenerator.GetBytes(100);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var key = ObjectKey.Original(asset.Id, sha256);
        var written = await Areas().Originals.WriteAsync(key, new MemoryStream(bytes), bytes.Length, new WriteOptions { ContentType = "image/jpeg" }, default);
        asset.Confirm(Some.ETag, null, Time.GetUtcNow(), asset.SizeIsBound ? bytes.Length : null).ShouldBeTrue();
        var ready = Some.Ready(asset) with
        {
            Original = new FrozenOriginal { Key = key.Value, ETag = written.ShouldBeOfType<WriteResult.Written>().ETag, Sha256 = sha256, Size = bytes.Length, ContentType = "image/jpeg" },
        };
        asset.MarkReady(with?.Invoke(ready) ?? ready, Time.GetUtcNow()).ShouldBeTrue();
        await using var db = Open();
        await new AssetStore(db).AddAsync(asset, default);
        return asset;
    }

    private protected async Task<Asset> RowAsync(Guid id)
    {
        await using var db = Open();
        return await db.Assets.AsNoTracking().SingleAsync(a => a.Id == id);
    }

    private protected async Task ChangeAsync(Guid id, Func<Asset, bool> change)
    {
        await using var db = Open();
        (await new AssetStore(db).ChangeAsync(id, change, default)).ShouldNotBeNull().Changed.ShouldBeTrue();
    }

    /// <summary>One sweep of a new instance, once all that changed has settled.</summary>
    /// <returns>How many manifests it wrote.</returns>
    private protected async Task<long> SweepAsync(ManifestFiles? files = null)
    {
        Time.Advance(TimeSpan.FromMinutes(2));
        return await SweepNowAsync(files);
    }

    private protected async Task<long> SweepNowAsync(ManifestFiles? files = null)
    {
        await using var db = Open();
        var sweep = new ManifestSweep(db, new AssetStore(db), files ?? Files, Time, NullLogger<ManifestSweep>.Instance);
        await sweep.RunAsync(default);
        return sweep.Rows!.Value;
    }

    private protected async Task<long> BackfillAsync(ManifestBackfillPosition position)
    {
        await using var db = Open();
        var sweep = new ManifestBackfill(db, Files, position, Options.Create(Manifests), Time);
        await sweep.RunAsync(default);
        return sweep.Rows!.Value;
    }

    private protected async Task<long> CheckErasedAsync()
    {
        await using var db = Open();
        var sweep = new ErasedSweep(db, Areas(), Erase(db), new SweepSignal<ObjectCleanup>(), Options.Create(Manifests), Time, NullLogger<ErasedSweep>.Instance);
        await sweep.RunAsync(default);
        return sweep.Rows!.Value;
    }

    private protected EraseAgain Erase(AssetDbContext db) => new(new AssetStore(db), Files, Time, NullLogger<EraseAgain>.Instance);

    private TakeBack Take(AssetDbContext db) => new(new AssetStore(db), Areas(), Files, Time, NullLogger<TakeBack>.Instance);

    /// <summary>Cleans up all that is due, and what that makes due.</summary>
    private protected async Task CleanAsync(StorageAreas? areas = null)
    {
        // Makes the disk store, whose multipart uploads stand for those of any store here.
        _ = base.Areas();
        var options = Options.Create(new CleanupOptions { Concurrency = 1 });
        await using var services = new ServiceCollection().AddScoped<AssetDbContext>(_ => Open()).AddScoped(scope =>
        {
            var own = scope.GetRequiredService<AssetDbContext>();
            var (assets, all) = (new AssetStore(own), areas ?? Areas());
            var publicObjects = new PublicObjects(own, all, new NoCache(), new SweepSignal<CachePurgeSweep>(), Time);
            return new AssetCleanup(
                assets, new NeededKeys(own, options), all, Uploads(), new VariantMove(assets, all, publicObjects, Time, NullLogger<VariantMove>.Instance), publicObjects,
                new SweepSignal<Dispatcher>(), options, Time, NullLogger<AssetCleanup>.Instance, new ManifestFiles(all, Keys),
                new TakeBack(assets, all, new ManifestFiles(all, Keys), Time, NullLogger<TakeBack>.Instance));
        }).BuildServiceProvider();
        await using var db = Open();
        for (var round = 0; round < 3; round++)
            await new ObjectCleanup(db, new AssetStore(db), services.GetRequiredService<IServiceScopeFactory>(), options, Time).RunAsync(default);
    }

    /// <summary>The table is gone, and all that follows from it.</summary>
    private protected async Task LoseAsync()
    {
        await using var db = Open();
        await db.Assets.ExecuteDeleteAsync();
        await db.Batches.ExecuteDeleteAsync();
        await db.Events.ExecuteDeleteAsync();
        await db.UsageCounters.ExecuteDeleteAsync();
        (await db.Assets.CountAsync()).ShouldBe(0);
    }

    private protected async Task<RunView> RebuildAsync()
    {
        var run = await StartAsync(RunKind.Rebuild);
        for (var feeds = 0; feeds < 10 && (await ViewAsync(run)).State == RunState.Running; feeds++) await FeedAsync();
        return await ViewAsync(run);
    }

    private protected async Task<List<(string Kind, Guid? AssetId)>> FindingsAsync(RunView run)
    {
        await using var db = Open();
        return [.. (await db.RunFindings.Where(f => f.RunId == run.Id).OrderBy(f => f.Number).ToListAsync()).Select(f => (f.Kind, f.AssetId))];
    }

    private protected async Task<byte[]?> ReadAsync(ObjectKey key)
    {
        await using var read = await Areas().Originals.ReadAsync(key, ifMatch: null, default);
        if (read is not ReadResult.Found found) return null;
        using var bytes = new MemoryStream();
        await found.Content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private protected async Task WriteAsync(ObjectKey key, byte[] bytes) =>
        await Areas().Originals.WriteAsync(key, new MemoryStream(bytes), bytes.Length, new WriteOptions { ContentType = "application/json" }, default);

    private protected async Task<List<string>> OriginalsAsync() => await Areas().Originals.ListAsync(ObjectKey.OriginalsArea, default).Select(found => found.Key.Value).ToListAsync();
}
