using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Publishing;
using Pipeline.Processor.Rescanning;
using Pipeline.Processor.Scanning;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Rescanning;

/// <summary>Only malware in the very bytes that were frozen is a hit.</summary>
public sealed class RescanTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DiskObjectStore _store;
    private readonly StorageAreas _areas;
    private readonly Workspaces _workspaces;
    private readonly QuarantineOptions _quarantine = new();

    public RescanTests()
    {
        var disk = Options.Create(new DiskStorageOptions { Root = _folder["objects"] });
        _store = new DiskObjectStore(disk, TimeProvider.System);
        _areas = StorageAreas.Shared(_store, new DiskUploadSigner(disk, TimeProvider.System), new Uri("http://localhost"));
        _workspaces = new Workspaces(Options.Create(new WorkOptions { Folder = _folder["work"] }), NullLogger<Workspaces>.Instance);
    }

    public void Dispose()
    {
        _workspaces.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_clean_original_is_clean_and_an_infected_one_names_its_signature()
    {
        var clean = await RunAsync(await RequestAsync([1, 2, 3]));
        (clean.Verdict, clean.Scanner, clean.Signature, clean.Code).ShouldBe((RescanVerdict.Clean, DevelopmentScanner.Name, null, null));

        var request = await RequestAsync(EicarFile.Bytes);
        var hit = await RunAsync(request);
        (hit.AssetId, hit.RunId, hit.Attempt).ShouldBe((request.AssetId, request.RunId, request.Attempt));
        (hit.Verdict, hit.Scanner, hit.Signature, hit.Code).ShouldBe((RescanVerdict.Infected, DevelopmentScanner.Name, "EICAR-Test-File", null));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_infected_original_is_kept_in_quarantine_only_if_that_is_configured(bool keep)
    {
        _quarantine.Keep = keep;
        var request = await RequestAsync(EicarFile.Bytes);
        await RunAsync(request);
        (await _store.HeadAsync(ObjectKey.Quarantine(request.AssetId), default) is not null).ShouldBe(keep);
    }

    [Fact]
    public async Task Malware_in_other_bytes_than_the_frozen_ones_is_no_hit()
    {
        var request = await RequestAsync(EicarFile.Bytes);
        foreach (var source in new[] { request.Source with { Sha256 = new string('0', 64) }, request.Source with { ETag = "other", Sha256 = new string('0', 64) }, request.Source with { ETag = "other", Size = 4 }, request.Source with { ETag = "other", Sha256 = null } })
            (await RunAsync(request with { Source = source })).ShouldBe(Failed(request, FailureCode.OriginalDiffers));
        (await RunAsync(request with { Source = request.Source with { Size = 4 } })).ShouldBe(Failed(request, FailureCode.StorageUnavailable));
        await _store.DeleteAsync(ObjectKey.Parse(request.Source.Key), default);
        (await RunAsync(request)).ShouldBe(Failed(request, FailureCode.SourceMissing));
    }

    [Fact]
    public async Task An_original_that_moved_to_another_store_is_scanned()
    {
        var request = await RequestAsync(EicarFile.Bytes);
        (await RunAsync(request with { Source = request.Source with { ETag = "a-tag-of-another-store" } })).Verdict.ShouldBe(RescanVerdict.Infected);
    }

    [Fact]
    public async Task A_scanner_that_gives_no_verdict_is_no_hit()
    {
        var request = await RequestAsync([1, 2, 3]);
        (await RunAsync(request, new Scripted(() => throw new ScannerUnavailableException("gone")))).ShouldBe(Failed(request, FailureCode.ScannerUnavailable));
        (await RunAsync(request, new Scripted(() => throw new IOException("reset")))).ShouldBe(Failed(request, FailureCode.ScannerUnavailable));
        (await RunAsync(request, new Scripted(() => new ScanVerdict.LimitExceeded("clamd", "MaxScanSize")))).ShouldBe(Failed(request, RejectionCode.ScanLimitExceeded) with { Scanner = "clamd" });
    }

    [Fact]
    public async Task No_local_copy_stays()
    {
        await RunAsync(await RequestAsync([1, 2, 3]));
        Directory.EnumerateDirectories(Directory.EnumerateDirectories(_folder["work"]).Single()).ShouldBeEmpty();
    }

    private static RescanEnded Failed(RescanRequested request, string code) =>
        new() { AssetId = request.AssetId, RunId = request.RunId, Attempt = request.Attempt, Verdict = RescanVerdict.Failed, Code = code };

    private Task<RescanEnded> RunAsync(RescanRequested request, IMalwareScanner? scanner = null) => new Rescan(
        _workspaces, new FetchStep(_areas), new ScanStep(scanner ?? new DevelopmentScanner()), _areas, Options.Create(_quarantine), NullLogger<Rescan>.Instance).RunAsync(request, default);

    private async Task<RescanRequested> RequestAsync(byte[] bytes)
    {
        var (id, hash) = (Guid.CreateVersion7(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var key = ObjectKey.Original(id, hash);
        var written = (await _store.WriteAsync(key, new MemoryStream(bytes), bytes.Length, new WriteOptions { ContentType = "image/jpeg" }, default)).ShouldBeOfType<WriteResult.Written>();
        return new RescanRequested
        {
            AssetId = id,
            RunId = Guid.CreateVersion7(),
            Attempt = 2,
            Source = new SourceObject { Area = SourceArea.Originals, Key = key.Value, ETag = written.ETag, Size = bytes.Length, Sha256 = hash, ClaimedType = "image/jpeg" },
        };
    }

    private sealed class Scripted(Func<ScanVerdict> verdict) : IMalwareScanner
    {
        public Task<ScanVerdict> ScanAsync(Stream content, long length, CancellationToken cancellationToken) => Task.FromResult(verdict());
    }
}
