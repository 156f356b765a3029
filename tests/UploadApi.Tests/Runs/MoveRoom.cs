using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Moves;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.Storage.Costs;
using Pipeline.Storage.Disk;
using Pipeline.Storage.Targets;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>An area with two stores on disk, which a run copies from one to the other.</summary>
public abstract class MoveRoom : RunRoom, IAsyncLifetime
{
    private protected const string Place = "https://new.example.com/photos/";

    private readonly TempFolder _ownFolder = new();
    private readonly TempFolder _targetFolder = new();
    private DiskObjectStore? _ownDisk;
    private DiskObjectStore? _targetDisk;

    private protected MoveRoom(UsageDatabase database)
        : base(database)
    {
    }

    private protected HookedStore Own => field ??= new HookedStore(_ownDisk ??= Disk(_ownFolder));

    private protected HookedStore Target => field ??= new HookedStore(_targetDisk ??= Disk(_targetFolder));

    private protected AreaSides Sides { get; } = new();

    /// <summary>The area as all hosts use it.</summary>
    private protected DoubleStore Both => field ??= new DoubleStore(Own, Target, () => Sides.IsSwitched("public"));

    /// <summary>The targets of this server; a test may take them away.</summary>
    private protected bool HasTarget { get; set; } = true;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _ownDisk?.Dispose();
        _targetDisk?.Dispose();
        _ownFolder.Dispose();
        _targetFolder.Dispose();
    }

    private protected override StorageAreas Areas() => base.Areas() with
    {
        Public = HasTarget ? Both : Own,
        TargetNames = ["r2"],
        Targets = HasTarget ? new Dictionary<string, AreaTarget> { ["public"] = new("r2", Own, Target, "https://old.example.com/photos/", Place) } : new Dictionary<string, AreaTarget>(),
    };

    private protected override IEnumerable<IRunWalk> Walks(AssetDbContext db) =>
        [new MigrateWalk(db, Areas(), Readiness(db), Options.Create(new PricesOptions()), NullLogger<MigrateWalk>.Instance)];

    private protected MoveReadiness Readiness(AssetDbContext db) => new(db, Areas(), new InstallationMarks(db, Areas(), Time), Time);

    private protected async Task<Run> PlanMoveAsync(bool compare = false, bool deleteExtra = false, RunPaceChange? pace = null)
    {
        await using var db = Open();
        var request = new RunRequest(RunKind.Migrate, new RunFilter(), pace ?? new RunPaceChange(), "a test", Settings: new MoveSettings("public", "r2", compare, deleteExtra).ToJson(), Deletes: deleteExtra);
        (await new RunRequestCheck(db).ErrorsAsync(request, default)).ShouldBeEmpty();
        var forecast = new RunForecast(db, Options.Create(Settings), Options.Create(new PricesOptions()), Time);
        return await new PlanRun(db, forecast, new AuditLog(db, Time), Options.Create(Settings), Time, new RunWalks(Walks(db))).RunAsync(request, Operator, default);
    }

    /// <summary>Runs until the end, or until it waits for longer than a few sweeps.</summary>
    private protected async Task<RunView> MoveAsync(bool compare = false, bool deleteExtra = false)
    {
        // The newest run counts, and ids of one millisecond have no order.
        Time.Advance(TimeSpan.FromSeconds(1));
        var run = (await ApplyAsync(await PlanMoveAsync(compare, deleteExtra))).ShouldBeOfType<RunChange.Done>().Run;
        return await FeedToEndAsync(run);
    }

    private protected async Task<RunView> FeedToEndAsync(Run run)
    {
        for (var sweeps = 0; sweeps < 10 && (await ViewAsync(run)).State == RunState.Running; sweeps++) await FeedAsync();
        return await ViewAsync(run);
    }

    private protected async Task<AreaSwitch> SwitchAsync(bool back = false)
    {
        await using var db = Open();
        return await new SwitchArea(db, Areas(), Sides, Readiness(db), new AuditLog(db, Time), Time).RunAsync("public", "r2", back, "a test", Admin, default);
    }

    private protected async Task<IReadOnlyList<string>> FindingsAsync(Guid run)
    {
        await using var db = Open();
        return [.. (await new RunReader(db, Time).FindingsAsync(run, null, null, 1_000, default)).Select(f => $"{f.Kind} {f.Key}")];
    }

    /// <summary>A worker announces itself, as at its start.</summary>
    private protected async Task HearWorkerAsync(Guid id, AnnouncedFinding? finding)
    {
        await using var db = Open();
        await new WorkerCapacity(db, Options.Create(new DispatchOptions()), Time).HearAsync(
            new ProfilesAnnounced { Worker = "processor 1", Engine = "engine 1", Instance = id, Findings = finding is null ? [] : [finding], Profiles = [] }, default);
    }

    private protected static AnnouncedFinding Writes(string place = Place, string status = AnnouncedFinding.Ok) => new() { Check = WriteCheck.Of("public"), Status = status, Detail = place };

    private protected static ObjectKey Key(int number) => ObjectKey.Parse($"assets/{number:x2}/photo-{number:d4}/w320.webp");

    private protected static async Task PutAsync(IObjectStore store, ObjectKey key, string text, WriteOptions? options = null)
    {
        await using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        (await store.WriteAsync(key, content, content.Length, options ?? new WriteOptions { ContentType = "image/webp", CacheControl = "public, max-age=31536000, immutable" }, default)).ShouldBeOfType<WriteResult.Written>();
    }

    /// <summary>All objects of a store with their bytes and headers, without the marks, which each store has of its own.</summary>
    private protected static async Task<SortedDictionary<string, string>> AllAsync(IObjectStore store)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync("", default))
        {
            if (found.Key.Value.Contains("installation/", StringComparison.Ordinal)) continue;
            await using var read = await store.ReadAsync(found.Key, null, default);
            var (info, content) = read.ShouldBeOfType<ReadResult.Found>();
            using var reader = new StreamReader(content);
            all[found.Key.Value] = $"{info.ContentType}|{info.CacheControl}|{JsonSerializer.Serialize(info.Metadata)}|{await reader.ReadToEndAsync()}";
        }

        return all;
    }

    private DiskObjectStore Disk(TempFolder folder) => new(Options.Create(new DiskStorageOptions { Root = folder.Path }), Time);

    /// <summary>A store that the test can break or delay, and whose tags are those of another kind of store.</summary>
    private protected sealed class HookedStore(IObjectStore store) : IObjectStore
    {
        /// <summary>Called before each operation with its name and the key.</summary>
        public Func<string, ObjectKey, Task>? Before { get; set; }

        /// <summary>Called after each write.</summary>
        public Func<ObjectKey, Task>? Written { get; set; }

        /// <summary>Stands before each tag.</summary>
        public string Tag { get; set; } = "";

        public async Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            await RunAsync("head", key);
            return await store.HeadAsync(key, cancellationToken) is { } info ? info with { ETag = Tag + info.ETag } : null;
        }

        public async Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken)
        {
            await RunAsync("read", key);
            if (ifMatch?.StartsWith(Tag, StringComparison.Ordinal) == false) return new ReadResult.Changed();
            return await store.ReadAsync(key, ifMatch?[Tag.Length..], cancellationToken) is ReadResult.Found found ? found with { Info = found.Info with { ETag = Tag + found.Info.ETag } } : await store.ReadAsync(key, ifMatch?[Tag.Length..], cancellationToken);
        }

        public async Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken)
        {
            await RunAsync("write", key);
            var written = await store.WriteAsync(key, content, length, options, cancellationToken);
            if (Written is { } after) await after(key);
            return written is WriteResult.Written { ETag: var tag } ? new WriteResult.Written(Tag + tag) : written;
        }

        public Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken) =>
            store.CopyAsync(source, destination, ifMatch, options, cancellationToken);

        public async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            await RunAsync("delete", key);
            await store.DeleteAsync(key, cancellationToken);
        }

        public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await RunAsync("list", ObjectKey.Parse("assets"));
            await foreach (var found in store.ListAsync(prefix, after, cancellationToken)) yield return found with { ETag = Tag + found.ETag };
        }

        private Task RunAsync(string operation, ObjectKey key) => Before?.Invoke(operation, key) ?? Task.CompletedTask;
    }
}
