using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Publishing;
using Pipeline.Processor.Scanning;
using Pipeline.Processor.Tests.Imaging;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Processing;

/// <summary>Regression: after a new width, a worker made all variants of an asset again, with new names, new URLs and cold caches.</summary>
public sealed class KeptVariantsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Workbench _bench = new();
    private readonly DiskObjectStore _store;
    private readonly RecordingStore _calls;
    private readonly StorageAreas _areas;
    private readonly Workspaces _workspaces;
    private readonly MegapixelBudget _budget = new(Options.Create(new ImageLimits()));

    public KeptVariantsTests()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        _store = new DiskObjectStore(disk, TimeProvider.System);
        _calls = new RecordingStore(_store);
        _workspaces = new Workspaces(Options.Create(new WorkOptions { Folder = _folder["work"] }), NullLogger<Workspaces>.Instance);
        _areas = StorageAreas.Shared(_calls, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost"));
    }

    public void Dispose()
    {
        _budget.Dispose();
        _workspaces.Dispose();
        _store.Dispose();
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_new_width_costs_the_requests_of_its_own_variants_and_the_others_keep_name_and_bytes()
    {
        var request = await UploadAsync();
        var before = await ReadyAsync(request, [100, 200]);
        var objects = await ObjectsAsync();
        _calls.Made.Clear();

        var after = await ReadyAsync(Again(request, before), [100, 150, 200]);

        after.Variants.Select(v => $"{v.Name} {v.Format}").ShouldBe(["w100 jpeg", "w100 webp", "w150 jpeg", "w150 webp", "w200 jpeg", "w200 webp"]);
        after.Variants.Where(v => v.Name != "w150").ShouldBe(before.Variants);
        _calls.Made.ShouldBe([$"read {request.Source.Key}", .. after.Variants.Where(v => v.Name == "w150").Select(v => $"write {v.Key}")], ignoreOrder: true);
        (await ObjectsAsync()).Where(o => objects.ContainsKey(o.Key)).ShouldBe(objects, ignoreOrder: true);
        await ShouldHaveItsBytesAsync(after);
    }

    [Fact]
    public async Task A_quality_of_one_format_leaves_the_other_alone()
    {
        var request = await UploadAsync();
        var before = await ReadyAsync(request, [100, 200]);

        var after = await ReadyAsync(Again(request, before), new Profile { Widths = [100, 200], WebpQuality = 60 });

        after.Variants.Intersect(before.Variants).Select(v => $"{v.Name} {v.Format}").ShouldBe(["w100 jpeg", "w200 jpeg"]);
        after.Variants.Select(v => v.Key).Except(before.Variants.Select(v => v.Key)).Count().ShouldBe(2);
        await ShouldHaveItsBytesAsync(after);
    }

    [Fact]
    public async Task A_width_less_costs_nothing_but_reading_the_original()
    {
        var request = await UploadAsync();
        var before = await ReadyAsync(request, [100, 200]);
        _calls.Made.Clear();

        var after = await ReadyAsync(Again(request, before), [200]);

        after.Variants.ShouldBe(before.Variants.Where(v => v.Name == "w200"));
        after.Placeholder.ThumbHash.ShouldNotBeEmpty();
        _calls.Made.ShouldBe([$"read {request.Source.Key}"]);
    }

    [Fact]
    public async Task A_reprocess_that_changes_nothing_repairs_what_is_lost_under_the_keys_that_it_had()
    {
        var request = await UploadAsync();
        var before = await ReadyAsync(request, [100, 200]);
        await _store.DeleteAsync(ObjectKey.Parse(before.Variants[1].Key), default);

        var after = await ReadyAsync(Again(request, before), [100, 200]);

        after.Variants.ShouldBe(before.Variants);
        await ShouldHaveItsBytesAsync(after);
    }

    private static ReprocessRequested Again(UploadConfirmed first, AssetReady ready) => new()
    {
        AssetId = first.AssetId,
        Revision = ready.Revision + 1,
        Attempt = 1,
        Profile = first.Profile,
        Source = first.Source,
        ShardedKeys = true,
        Published = new PublishedVariants { Recipe = ready.Recipe, Variants = ready.Variants },
    };

    private Task<AssetReady> ReadyAsync(ProcessingRequest request, int[] widths) => ReadyAsync(request, new Profile { Widths = widths });

    private async Task<AssetReady> ReadyAsync(ProcessingRequest request, Profile profile)
    {
        var imaging = Options.Create(new ImagingOptions { Profiles = new Dictionary<string, Profile> { ["web"] = profile } });
        var processor = new AssetProcessor(
            _workspaces, new FetchStep(_areas), new ScanStep(new DevelopmentScanner()), new RenderStep(_bench.Engine, _budget, new WatermarkStore(_areas)), imaging,
            new FreezeStep(_areas), new PublishStep(_areas), new QuarantineStep(_areas, Options.Create(new QuarantineOptions())),
            TimeProvider.System, NullLogger<AssetProcessor>.Instance);
        return (await processor.ProcessAsync(request, () => { }, _ => { }, default)).Message.ShouldBeOfType<AssetReady>();
    }

    private async Task<UploadConfirmed> UploadAsync()
    {
        var bytes = await File.ReadAllBytesAsync(_bench.Photos.Photo("photo.jpg", 300, 200));
        var id = Guid.CreateVersion7();
        var key = ObjectKey.Original(id, "00ff");
        var written = (await _store.WriteAsync(key, new MemoryStream(bytes), bytes.Length, new WriteOptions { ContentType = "image/jpeg" }, default))
            .ShouldBeOfType<WriteResult.Written>();
        return new UploadConfirmed
        {
            AssetId = id,
            Revision = 1,
            Attempt = 1,
            Profile = "web",
            Source = new SourceObject { Area = SourceArea.Originals, Key = key.Value, ETag = written.ETag, Size = bytes.Length, ClaimedType = "image/jpeg" },
            ShardedKeys = true,
        };
    }

    private async Task<Dictionary<string, (string ETag, DateTimeOffset Written)>> ObjectsAsync() =>
        await _store.ListAsync("assets/", default).ToDictionaryAsync(found => found.Key.Value, found => (found.ETag, found.LastModified));

    private async Task ShouldHaveItsBytesAsync(AssetReady ready)
    {
        foreach (var variant in ready.Variants)
        {
            await using var read = await _store.ReadAsync(ObjectKey.Parse(variant.Key), ifMatch: null, default);
            var content = read.ShouldBeOfType<ReadResult.Found>().Content;
            Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(content)).ShouldBe(variant.Sha256, variant.Key);
        }
    }

    /// <summary>A store that remembers each call.</summary>
    private sealed class RecordingStore(IObjectStore inner) : IObjectStore
    {
        public System.Collections.Concurrent.ConcurrentBag<string> Made { get; } = [];

        public Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) => Told($"head {key}").HeadAsync(key, cancellationToken);

        public Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken) =>
            Told($"read {key}").ReadAsync(key, ifMatch, cancellationToken);

        public Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken) =>
            Told($"write {key}").WriteAsync(key, content, length, options, cancellationToken);

        public Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken) =>
            Told($"copy {source}").CopyAsync(source, destination, ifMatch, options, cancellationToken);

        public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) => Told($"delete {key}").DeleteAsync(key, cancellationToken);

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, CancellationToken cancellationToken) =>
            Told($"list {prefix}").ListAsync(prefix, after, cancellationToken);

        private IObjectStore Told(string call)
        {
            Made.Add(call);
            return inner;
        }
    }
}
