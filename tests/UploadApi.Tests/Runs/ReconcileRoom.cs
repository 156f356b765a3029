using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;
using Pipeline.Storage.Costs;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>A store with the objects of its assets, which the test compares with the table.</summary>
public abstract class ReconcileRoom : RunRoom
{
    private readonly OwnS3? _s3;

    private protected ReconcileRoom(UsageDatabase database, bool onS3 = false)
        : base(database)
    {
        if (!onS3) return;
        _s3 = new OwnS3("reconcile");
        Clocked = new ClockedStore(_s3.Areas.Public, Time);
    }

    private ClockedStore? Clocked { get; }

    private protected override StorageAreas Areas() =>
        Clocked is null ? base.Areas() : _s3!.Areas with { Incoming = Clocked, Originals = Clocked, Public = Clocked, Private = Clocked, Quarantine = Clocked };

    /// <summary>Stands before the store of all areas; the test can let it fail.</summary>
    private protected FaultyStore Store => field ??= new FaultyStore(Areas().Public);

    private protected DispatchOptions Dispatch { get; } = new();

    private protected StorageAreas Faulty() => Areas() with { Incoming = Store, Originals = Store, Public = Store, Private = Store, Quarantine = Store };

    private protected override IEnumerable<IRunWalk> Walks(AssetDbContext db)
    {
        var (areas, store) = (Faulty(), new AssetStore(db));
        var check = new ObjectCheck(db, store);
        var purge = new PublicObjects(db, areas, new NoCache(), new SweepSignal<CachePurgeSweep>(), Time);
        return
        [
            new ReconcileWalk(
                db, areas, check, new RowCheck(db, store, areas), new QueueCheck(db, Options.Create(Dispatch), Time),
                new OrphanDeletion(db, store, areas, check, Safety(db), purge, Time, NullLogger<OrphanDeletion>.Instance), Options.Create(new PricesOptions()), NullLogger<ReconcileWalk>.Instance),
        ];
    }

    private protected OrphanSafety Safety(AssetDbContext db) => new(db, new InstallationMarks(db, Faulty(), Time), Time);

    /// <summary>A ready asset with all its objects.</summary>
    private protected async Task<Asset> AddAsync(string? sha256 = null, string? tag = null)
    {
        var asset = Some.Upload(Time.GetUtcNow());
        asset.Confirm(Some.ETag, null, Time.GetUtcNow()).ShouldBeTrue();
        var ready = Some.Ready(asset);
        foreach (var variant in ready.Variants) await PutAsync(variant.Key);
        ready = ready with { Original = ready.Original with { ETag = await PutAsync(ready.Original.Key) } };
        if (sha256 is not null) ready = ready with { Original = ready.Original with { Sha256 = sha256, ETag = tag! } };
        asset.MarkReady(ready, Time.GetUtcNow()).ShouldBeTrue();
        asset.Tidied(null, Time.GetUtcNow());
        await using var db = Open();
        await new AssetStore(db).AddAsync(asset, default);
        return asset;
    }

    /// <summary>Marks the areas, as the start of a host does.</summary>
    private protected async Task MarkAsync()
    {
        await using var db = Open();
        foreach (var area in ReconcileArea.All) (await new InstallationMarks(db, Areas(), Time).OwnerAsync(area, default)).ShouldBe(AreaOwner.Ours);
    }

    private protected async Task<string> PutAsync(string key, string text = "abc")
    {
        await using var content = new MemoryStream(Encoding.ASCII.GetBytes(text));
        return (await Areas().Public.WriteAsync(ObjectKey.Parse(key), content, text.Length, new WriteOptions { ContentType = "image/jpeg" }, default)).ShouldBeOfType<WriteResult.Written>().ETag;
    }

    private protected async Task<bool> HasAsync(string key) => await Areas().Public.HeadAsync(ObjectKey.Parse(key), default) is not null;

    /// <summary>The names of all objects that are no marks.</summary>
    private protected async Task<List<string>> KeysAsync() =>
        await Areas().Public.ListAsync("", default).Select(o => o.Key.Value).Where(key => !key.EndsWith("installation/id", StringComparison.Ordinal)).ToListAsync();

    /// <summary>Compares until the run ends.</summary>
    private protected async Task<RunView> ReconcileAsync()
    {
        var run = await StartAsync(RunKind.Reconcile);
        for (var sweeps = 0; sweeps < 10 && (await ViewAsync(run)).State == RunState.Running; sweeps++) await FeedAsync();
        return await ViewAsync(run);
    }

    private protected async Task<IReadOnlyList<string>> FindingsAsync(Guid run)
    {
        await using var db = Open();
        return [.. (await new RunReader(db, Time).FindingsAsync(run, null, null, 1_000, default)).Select(f => $"{f.Kind} {f.Key ?? f.AssetId.ToString()}")];
    }

    private protected async Task<RunChange> DeleteAsync(Guid report, int? maxDelete = null)
    {
        await using var db = Open();
        return await new DeleteOrphans(db, Safety(db), Start(db), Time).RunAsync(report, maxDelete, "a test", Admin, default);
    }

    /// <summary>Deletes until the run ends.</summary>
    private protected async Task<RunView> DeletedAsync(Guid report, int? maxDelete = null)
    {
        var run = (await DeleteAsync(report, maxDelete)).ShouldBeOfType<RunChange.Done>().Run;
        for (var sweeps = 0; sweeps < 10 && (await ViewAsync(run)).State == RunState.Running; sweeps++) await FeedAsync();
        return await ViewAsync(run);
    }

    private protected async Task<string> RefusedAsync(Guid report, int? maxDelete = null)
    {
        var refused = (await DeleteAsync(report, maxDelete)).ShouldBeOfType<RunChange.Refused>();
        refused.Code.ShouldBe("reconcile_unsafe");
        return refused.Because;
    }

    private protected static string Orphan(Guid? id = null) => ObjectKey.Variant(id ?? Guid.CreateVersion7(), "lost", "w320", "webp").Value;

    /// <summary>A store whose listings the test can break, or watch.</summary>
    private protected sealed class FaultyStore(IObjectStore store) : IObjectStore
    {
        /// <summary>Called before each listed object; it may throw.</summary>
        public Action<ObjectKey>? Listed { get; set; }

        /// <summary>Called before each deletion; it may throw.</summary>
        public Func<ObjectKey, Task>? Deletes { get; set; }

        public Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) => store.HeadAsync(key, cancellationToken);

        public Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken) => store.ReadAsync(key, ifMatch, cancellationToken);

        public Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken) =>
            store.WriteAsync(key, content, length, options, cancellationToken);

        public Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken) =>
            store.CopyAsync(source, destination, ifMatch, options, cancellationToken);

        public async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            if (Deletes is { } deletes) await deletes(key);
            await store.DeleteAsync(key, cancellationToken);
        }

        public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var found in store.ListAsync(prefix, after, cancellationToken))
            {
                Listed?.Invoke(found.Key);
                yield return found;
            }
        }
    }
}
