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

/// <summary>Each step of the list alone.</summary>
public sealed class AssetStepsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Workbench _bench = new();
    private readonly DiskObjectStore _store;
    private readonly Workspaces _workspaces;
    private readonly Workspace _workspace;
    private readonly MegapixelBudget _budget = new(Options.Create(new ImageLimits()));
    private readonly AssetSteps _steps;
    private int _renders;

    public AssetStepsTests()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        _store = new DiskObjectStore(disk, TimeProvider.System);
        _workspaces = new Workspaces(Options.Create(new WorkOptions { Folder = _folder["work"] }), NullLogger<Workspaces>.Instance);
        _workspace = _workspaces.Open(Guid.NewGuid(), 1);
        var areas = StorageAreas.Shared(_store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost"));
        _steps = new AssetSteps(
            new FetchStep(areas), new ScanStep(new DevelopmentScanner()), new QuarantineStep(areas, Options.Create(new QuarantineOptions { Keep = true })),
            new RenderStep(_bench.Engine, _budget, new WatermarkStore(areas)), new FreezeStep(areas), new PublishStep(areas));
    }

    public void Dispose()
    {
        _budget.Dispose();
        _workspace.Dispose();
        _workspaces.Dispose();
        _store.Dispose();
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_list_has_the_steps_in_their_order_with_the_code_of_their_faults() =>
        _steps.All.Select(step => (step.Name, step.FaultCode)).ShouldBe(
        [
            ("fetch", FailureCode.StorageUnavailable),
            ("scan", FailureCode.ScannerUnavailable),
            ("quarantine", FailureCode.StorageUnavailable),
            ("open", FailureCode.Internal),
            ("freeze", FailureCode.StorageUnavailable),
            ("publish", FailureCode.StorageUnavailable),
        ]);

    [Fact]
    public async Task Fetch_copies_the_object_and_refuses_an_empty_one()
    {
        var work = await UploadAsync([1, 2, 3]);

        (await RunAsync("fetch", work)).Value.File.ShouldNotBeNull().Size.ShouldBe(3);
        work.File.ShouldBeNull("a step changes only what it returns");
        (await RunAsync("fetch", await UploadAsync([]))).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Empty);
    }

    [Fact]
    public async Task Scan_passes_an_infected_file_on_with_the_reason_and_quarantine_keeps_and_refuses_it()
    {
        var clean = await ToAsync("scan", await UploadAsync([1, 2, 3]));
        (clean.Verdict.ShouldBeOfType<ScanVerdict.Clean>(), clean.Unsafe).Item2.ShouldBeNull();
        Step("quarantine").IsNeeded(clean).ShouldBeFalse();

        var infected = await ToAsync("scan", await UploadAsync(EicarFile.Bytes));
        Step("quarantine").IsNeeded(infected).ShouldBeTrue();
        (await RunAsync("quarantine", infected)).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Infected);
        (await _store.HeadAsync(ObjectKey.Quarantine(infected.Request.AssetId), default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Open_renders_a_photo_and_refuses_what_has_no_picture()
    {
        var photo = await ToAsync("open", await PhotoAsync());
        photo.Rendered.ShouldNotBeNull().Facts.Width.ShouldBe(300);
        _renders.ShouldBe(1);

        (await RunAsync("open", await ToAsync("scan", await UploadAsync("no picture"u8.ToArray())))).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnsupportedType);
        _renders.ShouldBe(1, "a refused file is not rendered");
    }

    [Fact]
    public async Task Freeze_keeps_the_scanned_bytes_and_publish_writes_what_the_plan_names()
    {
        var frozen = await ToAsync("freeze", await PhotoAsync());
        frozen.Original.ShouldNotBeNull().Sha256.ShouldBe(frozen.File.ShouldNotBeNull().Sha256);

        var published = (await RunAsync("publish", frozen)).Value.Variants.ShouldNotBeNull();
        published.Count.ShouldBe(frozen.Rendered.ShouldNotBeNull().Recipes.Planned.Count);
        foreach (var variant in published) (await _store.HeadAsync(ObjectKey.Parse(variant.Key), default)).ShouldNotBeNull().Size.ShouldBe(variant.Bytes);
    }

    [Fact]
    public async Task A_step_before_its_turn_throws_instead_of_passing()
    {
        foreach (var name in new[] { "scan", "quarantine", "open", "freeze", "publish" })
        {
            var work = await UploadAsync([1]);
            await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(name, work), name);
        }
    }

    private AssetStep Step(string name) => _steps.All.Single(step => step.Name == name);

    private Task<StepResult<AssetWork>> RunAsync(string name, AssetWork work) => Step(name).RunAsync(work, default);

    // The steps up to this one.
    private async Task<AssetWork> ToAsync(string name, AssetWork work)
    {
        foreach (var step in _steps.All.TakeWhile(step => step.Name != name).Append(Step(name)))
            if (step.IsNeeded(work)) work = (await step.RunAsync(work, default)).Value;
        return work;
    }

    private async Task<AssetWork> PhotoAsync() => await UploadAsync(await File.ReadAllBytesAsync(_bench.Photos.Photo("photo.jpg", 300, 200)));

    private async Task<AssetWork> UploadAsync(byte[] bytes)
    {
        var key = ObjectKey.Parse($"uploads/alice/1700000000000-{Guid.NewGuid().ToString("N")[..16]}.jpg");
        var written = (await _store.WriteAsync(key, new MemoryStream(bytes), bytes.Length, new WriteOptions { ContentType = "image/jpeg" }, default)).ShouldBeOfType<WriteResult.Written>();
        var request = new UploadConfirmed
        {
            AssetId = Guid.CreateVersion7(),
            Revision = 1,
            Attempt = 1,
            Profile = "web",
            Source = new SourceObject { Area = SourceArea.Incoming, Key = key.Value, ETag = written.ETag, Size = bytes.Length, ClaimedType = "image/jpeg" },
            ShardedKeys = true,
        };
        return new AssetWork(request, _workspace, new Profile { Widths = [100] }, () => _renders++);
    }
}
