using System.Net;
using System.Security.Cryptography;
using System.Web;
using Amazon.S3;
using Amazon.S3.Model;
using Pipeline.Storage.S3;
using Pipeline.Storage.Tests.Contract;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.S3;

[Collection(RealS3.Name)]
public sealed class S3UploadSignerTests(S3Server server) : UploadSignerContract
{
    private static readonly byte[] Photo = [.. "these bytes and no others"u8];

    protected override IDownloadSigner Downloads { get; } = new S3DownloadSigner(S3Server.Area, S3Server.Area, S3Server.Area, TimeProvider.System);

    protected override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    protected override IUploadSigner Signer { get; } = new S3UploadSigner(S3Server.Area, writeOnce: false, TimeProvider.System);

    protected override IObjectStore Store => server.Store;

    [Fact]
    public void Type_length_and_checksum_are_signed()
    {
        SignedHeaders(Signer.SignPut(Key(), Terms(Photo), AWhile).Url).ShouldBe("content-length;content-type;host");
        SignedHeaders(Signer.SignPut(Key(), Terms(Photo) with { Sha256 = Sha256(Photo) }, AWhile).Url)
            .ShouldBe("content-length;content-type;host;x-amz-checksum-sha256");
        SignedHeaders(WriteOnce.SignPut(Key(), Terms(Photo), AWhile).Url).ShouldBe("content-length;content-type;host;if-none-match");
    }

    [Fact]
    public void The_client_is_asked_for_no_more_than_it_must_send()
    {
        Signer.SignPut(Key(), Terms(Photo), AWhile).Headers.ShouldBe(new Dictionary<string, string> { ["Content-Type"] = "image/jpeg" });
        Signer.SignPut(Key(), Terms(Photo) with { Sha256 = Sha256(Photo) }, AWhile).Headers["x-amz-checksum-sha256"]
            .ShouldBe(Convert.ToBase64String(SHA256.HashData(Photo)));
        WriteOnce.SignPut(Key(), Terms(Photo), AWhile).Headers["If-None-Match"].ShouldBe("*");
    }

    [Fact]
    public async Task An_upload_with_a_checksum_works_with_the_headers_that_are_told_and_not_without()
    {
        var upload = Signer.SignPut(Key(), Terms(Photo) with { Sha256 = Sha256(Photo) }, AWhile);

        using var bare = await Put(upload.Url, Photo);
        await ShouldBeRefused(bare);
        using var other = await Put(upload with
        {
            Headers = new Dictionary<string, string>(upload.Headers) { ["x-amz-checksum-sha256"] = Convert.ToBase64String(SHA256.HashData([1])) },
        }, Photo);
        await ShouldBeRefused(other);
        using var asTold = await Put(upload, Photo);
        asTold.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_url_used_twice_replaces_the_object()
    {
        var url = Signer.SignPut(Key(), Terms(Photo), AWhile).Url;
        using var first = await Put(url, Photo);
        using var second = await Put(url, [.. Photo.Reverse()]);

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.Headers.ETag.ShouldNotBe(first.Headers.ETag);
    }

    [Fact]
    public async Task A_url_to_write_once_works_once()
    {
        var upload = WriteOnce.SignPut(Key(), Terms(Photo), AWhile);
        using var bare = await Put(upload.Url, Photo);
        await ShouldBeRefused(bare);

        using var first = await Put(upload, Photo);
        using var second = await Put(upload, [.. Photo.Reverse()]);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Store.HeadAsync(Key(), default)).ShouldNotBeNull().ETag.ShouldBe(first.Headers.ETag.ShouldNotBeNull().Tag.Trim('"'));
    }

    [Fact]
    public void The_end_that_is_told_is_the_one_that_is_signed()
    {
        var time = new ManualTime();
        time.Advance(TimeSpan.FromMilliseconds(700));
        var upload = new S3UploadSigner(S3Server.Area, writeOnce: false, time).SignPut(Key(), Terms(Photo), TimeSpan.FromSeconds(300));

        var query = HttpUtility.ParseQueryString(upload.Url.Query);
        query["X-Amz-Date"].ShouldBe("20260301T120000Z");
        query["X-Amz-Expires"].ShouldBe("300");
        upload.ExpiresAt.ShouldBe(new DateTimeOffset(2026, 3, 1, 12, 5, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(604_800)]
    public async Task A_url_may_be_valid_from_a_second_to_a_week(int seconds)
    {
        using var written = await Put(Signer.SignPut(Key(), Terms(Photo), AWhile).Url, Photo);
        // Signed slightly ahead, since a server's clock may be behind, so that the shortest URL does not expire in transit.
        var time = new ManualTime(TimeProvider.System.GetUtcNow().AddSeconds(3));

        using var response = await Http.GetAsync(new S3UploadSigner(S3Server.Area, writeOnce: false, time).SignGet(Key(), TimeSpan.FromSeconds(seconds)));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(604_801)]
    public void No_url_is_valid_for_less_or_more(double seconds)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Signer.SignGet(Key(), TimeSpan.FromSeconds(seconds)));
        Should.Throw<ArgumentOutOfRangeException>(() => Signer.SignPut(Key(), Terms(Photo), TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void Terms_that_no_header_can_carry_are_refused()
    {
        Should.Throw<ArgumentException>(() => Signer.SignPut(Key(), Terms(Photo) with { ContentType = "image/jpeg\n5" }, AWhile));
        Should.Throw<ArgumentException>(() => Signer.SignPut(Key(), Terms(Photo) with { Length = -1 }, AWhile));
        Should.Throw<ArgumentException>(() => Signer.SignPut(Key(), Terms(Photo) with { Sha256 = "AB" }, AWhile));
        Should.Throw<ArgumentException>(() =>
            Signer.SignPut(Key(), Terms(Photo) with { Metadata = new Dictionary<string, string> { ["a"] = "1\r\nb: 2" } }, AWhile));
    }

    [Theory]
    [InlineData("http://127.0.0.1:9111", true)]
    [InlineData("https://abc.r2.cloudflarestorage.com", true)]
    [InlineData("https://s3.eu-central-1.amazonaws.com", false)]
    public void The_sdk_would_sign_the_same(string serviceUrl, bool pathStyle)
    {
        var area = S3Server.Area with { ServiceUrl = new Uri(serviceUrl), PathStyle = pathStyle, Bucket = "photos", Region = "eu-central-1", Prefix = "a=b/" };
        using var connection = new S3Connection(area, new S3StorageOptions());
        var request = new GetPreSignedUrlRequest
        {
            BucketName = area.Bucket, Key = "a=b/uploads/user=2F1/1-a.jpg", Verb = HttpVerb.PUT, ContentType = "image/jpeg",
            Protocol = serviceUrl.StartsWith("https", StringComparison.Ordinal) ? Protocol.HTTPS : Protocol.HTTP,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
        };
        request.Headers.ContentLength = 25;
        request.Headers["If-None-Match"] = "*";
        request.Parameters["x-amz-meta-name"] = "my%20photo & co=1+1.jpg";
        var theirs = new Uri(connection.Client.GetPreSignedURL(request));

        var told = HttpUtility.ParseQueryString(theirs.Query);
        var at = DateTimeOffset.ParseExact(told["X-Amz-Date"]!, "yyyyMMdd'T'HHmmss'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal);
        var terms = Terms(Photo) with { Metadata = new Dictionary<string, string> { ["name"] = "my%20photo & co=1+1.jpg" } };
        var ours = new S3UploadSigner(area, writeOnce: true, new ManualTime(at))
            .SignPut(ObjectKey.Parse("uploads/user=2F1/1-a.jpg"), terms, TimeSpan.FromSeconds(int.Parse(told["X-Amz-Expires"]!))).Url;

        ours.GetLeftPart(UriPartial.Path).ShouldBe(theirs.GetLeftPart(UriPartial.Path));
        ours.Query[1..].Split('&').Order().ShouldBe(theirs.Query[1..].Split('&').Order());
    }

    protected override Task<PresignedUpload> ExpiredPut(ObjectKey key, UploadTerms terms) => Task.FromResult(SignerOfLongAgo.SignPut(key, terms, AWhile));

    protected override Task<Uri> ExpiredGet(ObjectKey key) => Task.FromResult(SignerOfLongAgo.SignGet(key, AWhile));

    private static S3UploadSigner WriteOnce => new(S3Server.Area, writeOnce: true, TimeProvider.System);

    // Just over the limit; the signature itself is valid.
    private static S3UploadSigner SignerOfLongAgo =>
        new(S3Server.Area, writeOnce: false, new ManualTime(TimeProvider.System.GetUtcNow() - AWhile - TimeSpan.FromSeconds(2)));

    private static string? SignedHeaders(Uri url) => HttpUtility.ParseQueryString(url.Query)["X-Amz-SignedHeaders"];

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
