using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Processing;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Processing;

public sealed class WatermarkStoreTests : IDisposable
{
    private static readonly Profile Marked = new() { Watermark = new Watermark { Key = "brand/logo.png" } };

    private readonly TempFolder _folder = new();
    private readonly DiskObjectStore _store;
    private readonly WatermarkStore _watermarks;

    public WatermarkStoreTests()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        _store = new DiskObjectStore(disk, TimeProvider.System);
        _watermarks = new WatermarkStore(StorageAreas.Shared(_store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost")));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_profile_without_a_watermark_has_none() =>
        (await _watermarks.OfAsync(new Profile(), default)).ShouldBeNull();

    [Fact]
    public async Task A_watermark_is_read_from_its_place_in_the_originals_area()
    {
        await PutAsync([1, 2, 3]);

        var picture = (await _watermarks.OfAsync(Marked, default)).ShouldNotBeNull();

        picture.Bytes.ShouldBe([1, 2, 3]);
        picture.Sha256.ShouldBe("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    }

    [Fact]
    public async Task Another_picture_of_the_same_name_is_taken_up_by_the_next_worker_only()
    {
        await PutAsync([1, 2, 3]);
        var before = await _watermarks.OfAsync(Marked, default);
        await PutAsync([4, 5, 6]);

        (await _watermarks.OfAsync(Marked, default)).ShouldBe(before);
    }

    [Fact]
    public async Task A_watermark_that_is_not_there_fails_the_attempt_and_is_looked_for_again()
    {
        (await Should.ThrowAsync<ProcessingFaultException>(() => _watermarks.OfAsync(Marked, default))).Code.ShouldBe(FailureCode.WatermarkMissing);
        await PutAsync([1, 2, 3]);

        (await _watermarks.OfAsync(Marked, default)).ShouldNotBeNull();
    }

    private Task<WriteResult> PutAsync(byte[] bytes) => _store.WriteAsync(
        ObjectKey.Watermark("brand/logo.png"), new MemoryStream(bytes), bytes.Length, new WriteOptions { ContentType = "image/png" }, default);
}
