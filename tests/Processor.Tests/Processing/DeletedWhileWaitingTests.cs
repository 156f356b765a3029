using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Publishing;
using Pipeline.Processor.Scanning;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Processing;

/// <summary>An asset that was deleted while its image waited behind others was once decoded needlessly.</summary>
public sealed class DeletedWhileWaitingTests : IDisposable
{
    private static readonly ImageFacts Large = new("image/jpeg", 10_000, 10_000, 1);

    private readonly TempFolder _folder = new();
    private readonly DiskObjectStore _store;
    private readonly Workspaces _workspaces;
    private readonly MegapixelBudget _budget = new(Options.Create(new ImageLimits()));
    private readonly CountingEngine _engine = new();
    private readonly AssetProcessor _processor;
    private int _begun;

    public DeletedWhileWaitingTests()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        _store = new DiskObjectStore(disk, TimeProvider.System);
        _workspaces = new Workspaces(Options.Create(new WorkOptions { Folder = _folder["work"] }), NullLogger<Workspaces>.Instance);
        var areas = StorageAreas.Shared(_store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost"));
        var imaging = Options.Create(new ImagingOptions { Profiles = new Dictionary<string, Profile> { ["web"] = new() } });
        _processor = new AssetProcessor(
            _workspaces, new FetchStep(areas), new ScanStep(new DevelopmentScanner()), new RenderStep(_engine, _budget, new WatermarkStore(areas)), imaging,
            new FreezeStep(areas), new PublishStep(areas), new QuarantineStep(areas, Options.Create(new QuarantineOptions())),
            TimeProvider.System, NullLogger<AssetProcessor>.Instance);
    }

    public void Dispose()
    {
        _budget.Dispose();
        _workspaces.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_image_is_decoded_only_if_the_object_is_still_there_when_it_has_its_turn(bool deleted)
    {
        var request = await UploadAsync();
        var before = await _budget.EnterAsync(Large, default);

        var outcome = _processor.ProcessAsync(request, () => _begun++, _ => { }, default);
        await Eventually.True(() => _budget.Waiting > 0, "the image waits for its turn");
        if (deleted) await _store.DeleteAsync(ObjectKey.Parse(request.Source.Key), default);
        before.Dispose();

        var code = (await outcome).Message switch { ProcessingFailed failed => failed.Code, AssetRejected rejected => rejected.Code, _ => null };
        code.ShouldBe(deleted ? FailureCode.SourceMissing : RejectionCode.Corrupt);
        _engine.Rendered.ShouldBe(deleted ? 0 : 1);
        _begun.ShouldBe(_engine.Rendered);
    }

    private async Task<UploadConfirmed> UploadAsync()
    {
        var key = ObjectKey.Parse("uploads/alice/1700000000000-0123456789abcdef.jpg");
        var written = (await _store.WriteAsync(key, new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/jpeg" }, default))
            .ShouldBeOfType<WriteResult.Written>();
        return new UploadConfirmed
        {
            AssetId = Guid.CreateVersion7(),
            Revision = 1,
            Attempt = 1,
            Profile = "web",
            Source = new SourceObject { Area = SourceArea.Incoming, Key = key.Value, ETag = written.ETag, Size = 3, ClaimedType = "image/jpeg" },
        };
    }

    private sealed class CountingEngine : IImageEngine, IOpenImage
    {
        public int Rendered { get; private set; }

        public string Version => "engine 1";

        public ImageFacts Facts => Large;

        public Task<StepResult<IOpenImage>> OpenAsync(string path, CancellationToken cancellationToken) => Task.FromResult<StepResult<IOpenImage>>(this);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<StepResult<Rendering>> RenderAsync(RenderRequest request, CancellationToken cancellationToken)
        {
            Rendered++;
            return Task.FromResult<StepResult<Rendering>>(new Rejection(RejectionCode.Corrupt, "It is enough that it was asked."));
        }
    }
}
