using Pipeline.Storage.S3;
using Pipeline.Storage.Tests.Contract;

namespace Pipeline.Storage.Tests.S3;

/// <summary>The client's requests on the wire. R2 refuses most headers that the SDK would add by itself.</summary>
[Collection(RealS3.Name)]
public sealed class WireTests : IDisposable
{
    private static readonly string[] Unwanted =
        ["aws-chunked", "streaming-", "x-amz-trailer", "x-amz-acl", "x-amz-tagging", "x-amz-object-lock", "x-amz-grant", "transfer-encoding"];

    private readonly Recorder _sent = new();
    private readonly S3ObjectStore _store;
    private readonly string _area = $"wire/{Guid.NewGuid():N}/";

    public WireTests() => _store = S3Server.Open(handler: _sent);

    [Fact]
    public async Task Nothing_that_r2_refuses_ever_leaves_the_client()
    {
        await DoEverythingAsync();

        _sent.Requests.Select(request => request.Split(' ')[0]).Distinct().Order().ShouldBe(["DELETE", "GET", "HEAD", "PUT"]);
        _sent.Requests.ShouldAllBe(request => IsFine(request));
    }

    [Fact]
    public async Task The_hash_of_a_whole_body_is_signed()
    {
        await _store.WriteAsync(Key("a"), new MemoryStream("hello"u8.ToArray()), 5, Jpeg, default);

        var request = Put();
        request.ShouldContain("x-amz-content-sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        request.ShouldContain("content-length: 5");
    }

    [Fact]
    public async Task An_upload_asks_first_only_where_a_condition_may_fail()
    {
        await WriteAsync("a", Jpeg);
        Put().ShouldNotContain("expect:");

        await WriteAsync("b", Jpeg with { IfAbsent = true });
        Put().ShouldContain("expect: 100-continue");
    }

    [Fact]
    public async Task A_copy_takes_nothing_over_from_its_source()
    {
        await WriteAsync("a", Jpeg with { Metadata = new Dictionary<string, string> { ["from"] = "source" }, CacheControl = "no-store" });
        using var cold = S3Server.Open(S3Server.Area with { StorageClass = "STANDARD" }, handler: _sent);
        var etag = (await _store.HeadAsync(Key("a"), default)).ShouldNotBeNull().ETag;
        _sent.Requests.Clear();

        (await cold.CopyAsync(Key("a"), Key("b"), etag, Jpeg with { CacheControl = "private" }, default)).ShouldBeOfType<CopyResult.Copied>();

        var copy = _sent.Requests.Single(request => request.StartsWith("PUT", StringComparison.Ordinal) && request.Contains("copy-source-if-match: "));
        copy.ShouldContain("x-amz-metadata-directive: REPLACE");
        copy.ShouldContain("content-type: image/jpeg");
        copy.ShouldContain("cache-control: private");
        copy.ShouldContain("x-amz-storage-class: STANDARD");
        copy.ShouldNotContain("x-amz-meta-from");
    }

    [Fact]
    public async Task A_storage_class_is_named_only_where_it_was_asked_for()
    {
        await WriteAsync("a", Jpeg);
        Put().ShouldNotContain("x-amz-storage-class");

        using var cold = S3Server.Open(S3Server.Area with { StorageClass = "STANDARD" }, handler: _sent);
        await cold.WriteAsync(Key("a"), new MemoryStream([1]), 1, Jpeg, default);
        Put().ShouldContain("x-amz-storage-class: STANDARD");
    }

    /// <summary>Whether R2 would accept it.</summary>
    internal static bool IsFine(string request) => !Unwanted.Any(word => request.Contains(word, StringComparison.OrdinalIgnoreCase));

    public void Dispose() => _store.Dispose();

    private static WriteOptions Jpeg { get; } = new() { ContentType = "image/jpeg" };

    // Followed by the check of the stored object.
    private string Put() => _sent.Requests.Last(request => request.StartsWith("PUT", StringComparison.Ordinal));

    private ObjectKey Key(string name) => ObjectKey.Parse(_area + name);

    private async Task<string> WriteAsync(string name, WriteOptions options) =>
        (await _store.WriteAsync(Key(name), new MemoryStream([1, 2]), 2, options, default)).ShouldBeOfType<WriteResult.Written>().ETag;

    private async Task DoEverythingAsync()
    {
        var all = Jpeg with { CacheControl = "private", Metadata = new Dictionary<string, string> { ["a"] = "b" }, IfAbsent = true };
        var etag = await WriteAsync("a", all);
        (await _store.WriteAsync(Key("a"), new MemoryStream([3]), 1, all, default)).ShouldBeOfType<WriteResult.AlreadyThere>();
        await _store.WriteAsync(Key("spooled"), new Trickle(new byte[300_000]), 300_000, Jpeg, default);
        await _store.WriteAsync(Key("empty"), new MemoryStream(), 0, Jpeg, default);
        await _store.HeadAsync(Key("a"), default);
        await _store.HeadAsync(Key("none"), default);
        await using (await _store.ReadAsync(Key("a"), etag, default)) { }
        await using (await _store.ReadAsync(Key("spooled"), etag, default)) { }
        await _store.CopyAsync(Key("a"), Key("b"), etag, all with { IfAbsent = false }, default);
        (await _store.ListAsync(_area, default).CountAsync()).ShouldBe(4);
        await _store.DeleteAsync(Key("a"), default);
    }
}
