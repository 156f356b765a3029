using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Processor.Processing;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Processing;

/// <summary>
/// A frozen original whose size or hash differs from the row was once reported as <c>changed_after_confirm</c>: the asset
/// was rejected, and so its variants and the original were deleted, although its owner could not have changed it.
/// </summary>
public sealed class FrozenOriginalTests : IDisposable
{
    private const string Hash = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";
    private readonly TempFolder _folder = new();
    private readonly DiskObjectStore _store;
    private readonly FetchStep _fetch;
    private readonly ObjectKey _key = ObjectKey.Original(Guid.CreateVersion7(), Hash);

    public FrozenOriginalTests()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        _store = new DiskObjectStore(disk, TimeProvider.System);
        _fetch = new FetchStep(StorageAreas.Shared(_store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost")));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_very_object_that_was_frozen_is_fetched()
    {
        var source = await PutAsync();

        (await FetchAsync(source)).Value.Sha256.ShouldBe(Hash);
    }

    /// <summary>Another store may have given the same bytes another tag.</summary>
    [Fact]
    public async Task An_original_that_moved_to_another_store_is_known_by_its_hash()
    {
        var source = await PutAsync();

        (await FetchAsync(source with { ETag = "a-tag-of-another-store" })).Value.Sha256.ShouldBe(Hash);
    }

    [Fact]
    public async Task An_original_that_is_not_the_frozen_one_is_our_fault_and_rejects_nothing()
    {
        var source = await PutAsync();

        foreach (var other in new[] { source with { Size = 4 }, source with { Sha256 = new string('0', 64) }, source with { ETag = "other", Size = 4 }, source with { ETag = "other", Sha256 = new string('0', 64) }, source with { ETag = "other", Sha256 = null } })
            (await Should.ThrowAsync<ProcessingFaultException>(() => FetchAsync(other))).Code.ShouldBe(FailureCode.StorageUnavailable);
    }

    [Fact]
    public async Task An_upload_that_is_not_the_confirmed_one_is_rejected()
    {
        var source = (await PutAsync()) with { Area = SourceArea.Incoming };

        foreach (var other in new[] { source with { ETag = "other" }, source with { Sha256 = new string('0', 64) } })
            (await FetchAsync(other)).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.ChangedAfterConfirm);
    }

    /// <summary>A version has one size: the same tag with another size was once treated as another file, and rejected.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public async Task A_store_that_gives_the_confirmed_version_another_size_is_at_fault_and_not_the_file(long size)
    {
        var source = (await PutAsync()) with { Area = SourceArea.Incoming, Size = size };

        (await Should.ThrowAsync<ProcessingFaultException>(() => FetchAsync(source))).Code.ShouldBe(FailureCode.StorageUnavailable);
    }

    private async Task<SourceObject> PutAsync()
    {
        var options = new WriteOptions { ContentType = "image/jpeg" };
        var written = (await _store.WriteAsync(_key, new MemoryStream([1, 2, 3]), 3, options, default)).ShouldBeOfType<WriteResult.Written>();
        return new SourceObject
        {
            Area = SourceArea.Originals,
            Key = _key.Value,
            ETag = written.ETag,
            Size = 3,
            Sha256 = Hash,
            ClaimedType = "image/jpeg",
        };
    }

    private async Task<StepResult<FetchedFile>> FetchAsync(SourceObject source)
    {
        using var workspace = new Workspace(_folder[Guid.NewGuid().ToString("N")]);
        return await _fetch.RunAsync(source, workspace, default);
    }
}
