using Microsoft.Extensions.Options;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Processor.Diagnosis;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.Storage.Targets;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Diagnosis;

/// <summary>A worker says that it writes to a target only if it can.</summary>
public sealed class TargetsCheckTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DiskObjectStore _store;
    private readonly StorageAreas _areas;

    public TargetsCheckTests()
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

    [Fact]
    public async Task A_worker_without_a_target_says_nothing() => (await new TargetsCheck(_areas).RunAsync(default)).ShouldBeEmpty();

    [Fact]
    public async Task A_target_that_takes_a_write_is_named_by_its_place_as_often_as_it_is_asked()
    {
        for (var i = 0; i < 2; i++)
            (await new TargetsCheck(With(_store)).RunAsync(default)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Check.ShouldBe("also writes public"), f => f.Status.ShouldBe(FindingStatus.Ok), f => f.Detail.ShouldBe("https://new.example.com/photos/"));
        (await _store.ListAsync("", default).Select(found => found.Key.Value).ToListAsync()).ShouldBe(["assets/installation/worker"]);
    }

    [Fact]
    public async Task A_target_that_refuses_fails_with_what_to_do()
    {
        var finding = (await new TargetsCheck(With(new Refusing())).RunAsync(default)).ShouldHaveSingleItem();
        (finding.Check, finding.Status).ShouldBe(("also writes public", FindingStatus.Fail));
        finding.Fix!.ShouldContain("Storage:Targets:r2");
    }

    private StorageAreas With(IObjectStore target) => _areas with { Targets = new Dictionary<string, AreaTarget> { ["public"] = new("r2", _store, target, "https://old.example.com/photos/", "https://new.example.com/photos/") } };

    private sealed class Refusing : IObjectStore
    {
        public Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken) => throw new IOException("refused");

        public Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
