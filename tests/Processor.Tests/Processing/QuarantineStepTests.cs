using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Publishing;
using Pipeline.Processor.Scanning;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Processing;

/// <summary>
/// The quarantine step once read the file from the store a second time. An upload that its owner deleted or replaced after the scan was then
/// not kept, and a read error turned the rejection into a failure.
/// </summary>
public sealed class QuarantineStepTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DiskObjectStore _store;
    private readonly StorageAreas _areas;

    public QuarantineStepTests()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        _store = new DiskObjectStore(disk, TimeProvider.System);
        _areas = StorageAreas.Shared(_store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost"));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_scanned_bytes_are_kept_though_the_upload_is_gone_or_another_by_now(bool replaced)
    {
        byte[] scanned = [1, 2, 3];
        var request = Request();
        if (replaced) await _store.WriteAsync(ObjectKey.Parse(request.Source.Key), new MemoryStream([9, 9, 9]), 3, new WriteOptions { ContentType = "image/jpeg" }, default);
        var path = _folder["source"];
        await File.WriteAllBytesAsync(path, scanned);

        await new QuarantineStep(_areas, Options.Create(new QuarantineOptions { Keep = true }))
            .RunAsync(request, new FetchedFile(path, scanned.Length, "00ff"), new ScanVerdict.Infected("clamd", "Eicar"), default);

        await using var kept = await _store.ReadAsync(ObjectKey.Quarantine(request.AssetId), null, default);
        using var bytes = new MemoryStream();
        await kept.ShouldBeOfType<ReadResult.Found>().Content.CopyToAsync(bytes);
        bytes.ToArray().ShouldBe(scanned);
    }

    private static UploadConfirmed Request()
    {
        var id = Guid.CreateVersion7();
        return new UploadConfirmed
        {
            AssetId = id,
            Revision = 1,
            Attempt = 1,
            Profile = "web",
            Source = new SourceObject { Area = SourceArea.Incoming, Key = "uploads/ada/1-00ff.jpg", ETag = "e1", Size = 3, ClaimedType = "image/jpeg" },
        };
    }
}
