using System.Text;
using Pipeline.Storage.S3;
using Pipeline.Storage.Tests.Contract;

namespace Pipeline.Storage.Tests.S3;

[Collection(RealS3.Name)]
public sealed class S3ObjectStoreTests(S3Server server) : ObjectStoreContract
{
    protected override IObjectStore Store => server.Store;

    [Fact]
    public async Task A_stream_is_written_from_where_it_stands()
    {
        var content = new MemoryStream("head and body"u8.ToArray()) { Position = 9 };

        (await Store.WriteAsync(Key("a"), content, 4, Jpeg, default)).ShouldBeOfType<WriteResult.Written>();

        (await Text(Key("a"))).ShouldBe("body");
        content.CanRead.ShouldBeTrue("the caller's stream was closed");
    }

    [Fact]
    public async Task A_missing_bucket_is_no_missing_object()
    {
        using var store = S3Server.Open(S3Server.Area with { Bucket = "nobody-made-this-bucket" });
        var etag = "d41d8cd98f00b204e9800998ecf8427e";

        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => store.HeadAsync(Key("a"), default));
        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => store.ReadAsync(Key("a"), etag, default));
        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => store.CopyAsync(Key("a"), Key("b"), etag, Jpeg, default));
        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => store.DeleteAsync(Key("a"), default));
        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(async () => await store.ListAsync("", default).ToListAsync());
    }

    [Fact]
    public async Task A_wrong_secret_opens_nothing_and_is_told_as_a_failure()
    {
        using var store = S3Server.Open(S3Server.Area with { SecretAccessKey = "another-secret-of-the-same-server" });
        await Put(Key("a"), "x");

        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => store.HeadAsync(Key("a"), default));
        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => store.ReadAsync(Key("a"), null, default));
    }

    [Fact]
    public async Task A_prefix_stands_before_every_key_in_the_bucket_and_nowhere_else()
    {
        var prefix = $"tenant-{Guid.NewGuid():N}/";
        using var inside = S3Server.Open(S3Server.Area with { Prefix = prefix });
        var body = "x"u8.ToArray();
        var written = await inside.WriteAsync(Key("a"), new MemoryStream(body), 1, Jpeg, default);
        await inside.CopyAsync(Key("a"), Key("b"), written.ShouldBeOfType<WriteResult.Written>().ETag, Jpeg, default);

        (await inside.HeadAsync(Key("a"), default)).ShouldNotBeNull().Key.ShouldBe(Key("a"));
        (await inside.ListAsync("", default).Select(info => info.Key).ToListAsync()).ShouldBe([Key("a"), Key("b")]);
        (await Store.ListAsync(prefix, default).Select(info => info.Key.Value).ToListAsync()).ShouldBe([prefix + Key("a"), prefix + Key("b")]);
        (await Store.HeadAsync(Key("a"), default)).ShouldBeNull();
        await inside.DeleteAsync(Key("a"), default);
        (await Store.HeadAsync(ObjectKey.Parse(prefix + Key("a")), default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_longest_key_fits_behind_the_longest_prefix()
    {
        using var store = S3Server.Open(S3Server.Area with { Prefix = new string('p', S3AreaOptions.MaxPrefixLength) + "/" });
        var key = ObjectKey.Parse(Guid.NewGuid().ToString("N").PadRight(ObjectKey.MaxLength, 'k'));

        await store.WriteAsync(key, new MemoryStream([1]), 1, Jpeg, default);

        (await store.ListAsync(key.Value, default).ToListAsync()).ShouldHaveSingleItem().Key.ShouldBe(key);
    }

    [Fact]
    public async Task What_others_put_into_the_bucket_is_not_listed()
    {
        using var connection = new S3Connection(S3Server.Area, new S3StorageOptions());
        var area = Key("x").Value[..^1];
        foreach (var name in (string[])["folder/", "a b", ".hidden", "fine"])
        {
            await connection.Client.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
            {
                BucketName = S3Server.Area.Bucket, Key = area + name, ContentBody = "x", UseChunkEncoding = false,
            });
        }

        (await Store.ListAsync(area, default).ToListAsync()).ShouldHaveSingleItem().Key.ShouldBe(Key("fine"));
    }

    [Fact]
    public async Task A_spooled_upload_leaves_no_file_behind()
    {
        var bytes = Encoding.ASCII.GetBytes(new string('x', 200_000));

        await Store.WriteAsync(Key("a"), new Trickle(bytes), bytes.Length, Jpeg, default);
        await Should.ThrowAsync<Exception>(() => Store.WriteAsync(Key("b"), new Trickle(bytes, breaksAt: 90_000), bytes.Length, Jpeg, default));

        Directory.GetFiles(Path.GetTempPath(), $"pipeline-{Environment.ProcessId}-*").ShouldBeEmpty();
    }
}
