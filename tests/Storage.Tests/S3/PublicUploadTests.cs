using System.Net;
using Amazon.S3.Model;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage.Diagnosis;
using Pipeline.Storage.S3;
using Pipeline.Storage.Tests.Disk;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.S3;

/// <summary>Headers that an upload URL does not sign, and their effect on an unscanned file.</summary>
[Collection(RealS3.Name)]
public sealed class PublicUploadTests : IDisposable
{
    private const string Everyone = "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"";
    private readonly S3AreaSettings _open = S3Server.Area with { Bucket = $"open-{Guid.NewGuid():N}" };
    private readonly CollectedLog _log = new();
    private readonly HttpClient _stranger = new();
    private readonly List<IDisposable> _opened = [];

    public void Dispose()
    {
        _stranger.Dispose();
        foreach (var one in _opened) one.Dispose();
    }

    [Theory]
    [InlineData("x-amz-acl", "public-read")]
    [InlineData("x-amz-acl", "public-read-write")]
    [InlineData("x-amz-acl", "authenticated-read")]
    [InlineData("x-amz-grant-read", Everyone)]
    [InlineData("x-amz-grant-full-control", Everyone)]
    [InlineData("x-amz-website-redirect-location", "http://evil.example/")]
    [InlineData("x-amz-tagging", "a=b")]
    [InlineData("x-amz-meta-x-amz-acl", "public-read")]
    [InlineData("Cache-Control", "public, max-age=31536000")]
    public async Task No_header_of_a_stranger_makes_an_upload_public_in_a_bucket_that_is_set_up_as_the_guide_says(string name, string value)
    {
        var areas = AreasOf(S3Server.Area);
        var key = ObjectKey.Incoming("ada", TimeProvider.System.GetUtcNow(), Guid.NewGuid().ToByteArray().AsSpan(0, 8), ".jpg");
        var upload = areas.Signer.SignPut(key, new UploadTerms { ContentType = "image/jpeg", Length = 3 }, TimeSpan.FromMinutes(1));
        using var put = new HttpRequestMessage(HttpMethod.Put, upload.Url) { Content = new ByteArrayContent([1, 2, 3]) };
        put.Content.Headers.TryAddWithoutValidation("Content-Type", "image/jpeg");
        put.Headers.TryAddWithoutValidation(name, value);
        using var written = await _stranger.SendAsync(put);

        using var read = await _stranger.GetAsync(upload.Url.GetLeftPart(UriPartial.Path));

        read.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"the PUT was answered {written.StatusCode}");
        await areas.Incoming.DeleteAsync(key, default);
        (await KeysAsync(areas, key.Value)).ShouldBeEmpty("also a file whose owner gave it away can be deleted");
    }

    [Fact]
    public async Task A_bucket_that_lets_a_stranger_publish_is_told_once_and_unready_until_it_is_closed_and_nothing_stays_in_it()
    {
        await S3Server.MakeBucketAsync(_open.Bucket);
        var areas = AreasOf(_open);
        using var probe = new PublicUploadProbe(areas, TimeProvider.System);
        using var watch = new PublicUploadMonitor(probe, TimeProvider.System, new LoggerFactory([_log]).CreateLogger<PublicUploadMonitor>());
        (await StatusAsync(watch)).ShouldBe(HealthStatus.Healthy, "nothing is known yet");

        await watch.ProbeAsync(default);
        await watch.ProbeAsync(default);
        (await StatusAsync(watch)).ShouldBe(HealthStatus.Unhealthy);
        var doctor = new PrivateUploadsCheck(probe);
        var open = (await doctor.RunAsync(default)).ShouldHaveSingleItem();
        (open.Status, open.Detail.Contains("x-amz-acl: public-read", StringComparison.Ordinal)).ShouldBe((FindingStatus.Fail, true));
        _log.Lines.Count(line => line.Contains("x-amz-acl: public-read", StringComparison.Ordinal)).ShouldBe(1);

        await IgnorePublicAclsAsync();
        await watch.ProbeAsync(default);
        (await StatusAsync(watch)).ShouldBe(HealthStatus.Healthy);
        (await doctor.RunAsync(default)).ShouldHaveSingleItem().Status.ShouldBe(FindingStatus.Ok);
        (await KeysAsync(areas, "")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bucket_that_is_public_as_a_whole_is_found_as_well()
    {
        await S3Server.MakeBucketAsync(_open.Bucket);
        await IgnorePublicAclsAsync();
        var areas = AreasOf(_open);
        using var probe = new PublicUploadProbe(areas, TimeProvider.System);
        (await probe.FindAsync(default)).ShouldBeNull();
        using var connection = new S3Connection(_open, new S3StorageOptions());
        await connection.Client.PutBucketPolicyAsync(new PutBucketPolicyRequest
        {
            BucketName = _open.Bucket,
            Policy = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::{{_open.Bucket}}/*"}]}""",
        });

        (await probe.FindAsync(default)).ShouldBe("no header");
    }

    [Fact]
    public async Task What_a_probe_that_died_has_left_is_deleted_by_a_later_one()
    {
        await S3Server.MakeBucketAsync(_open.Bucket);
        var areas = AreasOf(_open);
        var left = ObjectKey.Parse($"{PublicUploadProbe.Area}00ff.txt");
        await areas.Incoming.WriteAsync(left, new MemoryStream([1]), 1, new WriteOptions { ContentType = "text/plain" }, default);

        using var atOnce = new PublicUploadProbe(areas, TimeProvider.System);
        await atOnce.FindAsync(default);
        (await KeysAsync(areas, "")).ShouldBe([left.Value], "another instance may be at it");

        using var later = new PublicUploadProbe(areas, new ManualTime(TimeProvider.System.GetUtcNow().AddHours(1)));
        await later.FindAsync(default);
        (await KeysAsync(areas, "")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotImplemented)]
    public async Task A_store_that_refuses_the_headers_is_closed(HttpStatusCode status)
    {
        using var probe = new PublicUploadProbe(AreasOf(S3Server.Area), TimeProvider.System, new Answering(status));

        (await probe.FindAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_store_that_does_not_answer_leaves_what_was_known_and_is_asked_again_soon()
    {
        using var probe = new PublicUploadProbe(AreasOf(S3Server.Area), TimeProvider.System, new Answering(HttpStatusCode.ServiceUnavailable));
        using var watch = new PublicUploadMonitor(probe, TimeProvider.System, new LoggerFactory([_log]).CreateLogger<PublicUploadMonitor>());

        (await watch.ProbeAsync(default)).ShouldBe(TimeSpan.FromMinutes(1));

        (await StatusAsync(watch)).ShouldBe(HealthStatus.Healthy);
    }

    private async Task IgnorePublicAclsAsync()
    {
        using var connection = new S3Connection(_open, new S3StorageOptions());
        await connection.Client.PutPublicAccessBlockAsync(new PutPublicAccessBlockRequest
        {
            BucketName = _open.Bucket,
            PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { IgnorePublicAcls = true },
        });
    }

    private StorageAreas AreasOf(S3AreaSettings area)
    {
        var store = S3Server.Open(area);
        _opened.Add(store);
        return StorageAreas.Shared(store, new S3UploadSigner(area, writeOnce: false, TimeProvider.System), new Uri("http://localhost"));
    }

    private static async Task<List<string>> KeysAsync(StorageAreas areas, string prefix) =>
        await areas.Incoming.ListAsync(prefix, default).Select(found => found.Key.Value).ToListAsync();

    private static async Task<HealthStatus> StatusAsync(PublicUploadMonitor watch) => (await watch.CheckHealthAsync(new HealthCheckContext())).Status;

    private sealed class Answering(HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status));
    }
}
