using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Amazon.S3.Model;
using Pipeline.Storage.S3;
using Pipeline.Storage.Targets;
using Pipeline.Storage.Tests.S3;

namespace Pipeline.Storage.Tests.Targets;

/// <summary>Single objects on their way from one bucket of a real server to another.</summary>
[Collection(RealS3.Name)]
public sealed partial class ObjectMoveTests : IDisposable
{
    private const int Part = 5 * 1024 * 1024;

    private static readonly ObjectKey Key = ObjectKey.Parse("assets/ab/photo/w320.webp");

    private readonly S3AreaSettings _place = S3Server.Area with { Prefix = $"own-{Guid.NewGuid():N}/" };
    private readonly S3ObjectStore _own;
    private readonly S3ObjectStore _target = S3Server.Open(S3Server.Area with { Prefix = $"target-{Guid.NewGuid():N}/" });

    public ObjectMoveTests() => _own = S3Server.Open(_place);

    private ObjectMove Move => new(_own, _target);

    public void Dispose()
    {
        _own.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task A_copy_has_the_bytes_the_headers_and_the_metadata()
    {
        var options = new WriteOptions { ContentType = "image/webp", CacheControl = "public, max-age=31536000, immutable", Metadata = new Dictionary<string, string> { ["made-by"] = "worker 1" } };
        await PutAsync(_own, "a photo", options);
        (await Move.RunAsync(Key, MoveMode.Copy, default)).ShouldBe(new MovedObject(MoveResult.Copied, 7));

        var (here, there) = ((await _own.HeadAsync(Key, default))!, (await _target.HeadAsync(Key, default))!);
        (there.ContentType, there.CacheControl, there.Metadata["made-by"], there.ETag, there.Size).ShouldBe((here.ContentType, here.CacheControl, "worker 1", here.ETag, 7L));
        (await Move.RunAsync(Key, MoveMode.Copy, default)).Result.ShouldBe(MoveResult.Equal);
        await PutAsync(_target, "a phota", options);
        (await Move.RunAsync(Key, MoveMode.Compare, default)).Result.ShouldBe(MoveResult.Differs);
        (await Move.RunAsync(Key, MoveMode.Copy, default)).Result.ShouldBe(MoveResult.Copied);
        (await Move.RunAsync(Key, MoveMode.Compare, default)).Result.ShouldBe(MoveResult.Equal);
    }

    /// <summary>The tag of an object in parts is that of its parts, so it differs from the tag of the same bytes in one piece.</summary>
    [Fact]
    public async Task An_object_whose_tag_is_no_md5_is_copied_once_and_then_equal()
    {
        var bytes = RandomNumberGenerator.GetBytes(Part + 1_000);
        await PutInPartsAsync(bytes);
        (await _own.HeadAsync(Key, default))!.ETag.ShouldMatch("-2$");
        (await Move.RunAsync(Key, MoveMode.Copy, default)).ShouldBe(new MovedObject(MoveResult.Copied, bytes.Length));
        Md5().IsMatch((await _target.HeadAsync(Key, default))!.ETag).ShouldBeTrue();
        (await Move.RunAsync(Key, MoveMode.Copy, default)).Result.ShouldBe(MoveResult.Equal);

        bytes[Part + 7] ^= 1;
        await using (var content = new MemoryStream(bytes)) await _target.WriteAsync(Key, content, bytes.Length, new WriteOptions { ContentType = "image/webp" }, default);
        (await Move.RunAsync(Key, MoveMode.Compare, default)).Result.ShouldBe(MoveResult.Differs);
    }

    [Fact]
    public async Task An_object_of_the_target_alone_goes_only_on_request()
    {
        await PutAsync(_target, "left over", new WriteOptions { ContentType = "image/webp" });
        (await Move.RunAsync(Key, MoveMode.Copy, default)).Result.ShouldBe(MoveResult.Extra);
        (await Move.RunAsync(Key, MoveMode.CopyAndDelete, default)).Result.ShouldBe(MoveResult.Deleted);
        (await _target.HeadAsync(Key, default)).ShouldBeNull();
        (await Move.RunAsync(Key, MoveMode.Compare, default)).Result.ShouldBe(MoveResult.Equal);
    }

    [Fact]
    public async Task A_wrong_key_and_a_missing_bucket_must_be_mended_and_an_outage_goes_by_itself()
    {
        await PutAsync(_own, "a photo", new WriteOptions { ContentType = "image/webp" });
        using var wrong = S3Server.Open(S3Server.Area with { SecretAccessKey = "another-secret" });
        using var none = S3Server.Open(S3Server.Area with { Bucket = "nobody-made-this-bucket" });
        using var away = S3Server.Open(S3Server.Area with { ServiceUrl = new Uri("http://127.0.0.1:9") }, new S3StorageOptions { Retries = 0 });
        (await FaultAsync(wrong)).ShouldNotBeNull().ShouldContain("secret is wrong");
        (await FaultAsync(none)).ShouldNotBeNull().ShouldContain("no such bucket");
        (await FaultAsync(away)).ShouldBeNull();
    }

    private async Task<string?> FaultAsync(S3ObjectStore target)
    {
        try
        {
            await using var read = await target.ReadAsync(Key, null, default);
            throw new InvalidOperationException("The store works.");
        }
        catch (Exception e) when (e is not InvalidOperationException)
        {
            return StoreFault.MustBeMended(e);
        }
    }

    private static async Task PutAsync(S3ObjectStore store, string text, WriteOptions options)
    {
        await using var content = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text));
        (await store.WriteAsync(Key, content, text.Length, options, default)).ShouldBeOfType<WriteResult.Written>();
    }

    private async Task PutInPartsAsync(byte[] bytes)
    {
        using var connection = new S3Connection(_place, new S3StorageOptions());
        var (bucket, wire) = (_place.Bucket, _place.Wire(Key));
        var upload = await connection.Client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = wire, ContentType = "image/webp" });
        var tags = new List<PartETag>();
        foreach (var (part, i) in bytes.Chunk(Part).Select((part, i) => (part, i)))
        {
            var answer = await connection.Client.UploadPartAsync(new UploadPartRequest { BucketName = bucket, Key = wire, UploadId = upload.UploadId, PartNumber = i + 1, InputStream = new MemoryStream(part), UseChunkEncoding = false });
            tags.Add(new PartETag(i + 1, answer.ETag));
        }

        await connection.Client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = wire, UploadId = upload.UploadId, PartETags = tags });
    }

    [GeneratedRegex(@"\A[0-9a-f]{32}\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Md5();
}
