using System.Text.Json;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

[Collection(RealS3.Name)]
public sealed class BucketCorsTests : IAsyncLifetime
{
    private static readonly Uri FrontEnd = new("http://front.end:3000/app");

    // The rule belongs to the bucket, so each test has its own bucket.
    private readonly S3AreaSettings _area = S3Server.Area with { Bucket = $"pipeline-cors-{Guid.NewGuid():N}" };
    private readonly Recorder _sent = new();
    private BucketCors _cors = null!;

    public async Task InitializeAsync()
    {
        await S3Server.MakeBucketAsync(_area.Bucket);
        _cors = new BucketCors(_area, new S3StorageOptions(), TimeProvider.System, NullLogger.Instance, _sent);
    }

    public async Task DisposeAsync()
    {
        _cors.Dispose();
        using var connection = new S3Connection(_area, new S3StorageOptions());
        await connection.Client.DeleteBucketAsync(_area.Bucket);
    }

    [Fact]
    public async Task A_page_of_the_front_end_may_upload_and_see_the_entity_tag()
    {
        await _cors.ApplyAsync([FrontEnd], default);

        foreach (var method in (string[])["GET", "PUT", "POST", "DELETE", "HEAD"])
        {
            using var answer = await PreflightAsync("http://front.end:3000", method);
            answer.IsSuccessStatusCode.ShouldBeTrue(method);
            answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["http://front.end:3000"]);
            answer.Headers.GetValues("Access-Control-Allow-Methods").Single().ShouldContain(method);
            answer.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldContain("x-amz-checksum-sha256");
            answer.Headers.GetValues("Access-Control-Max-Age").ShouldBe(["3600"]);
        }

        using var upload = await UploadAsync("http://front.end:3000");
        upload.Headers.GetValues("Access-Control-Expose-Headers").Single().ShouldContain("ETag");
    }

    [Fact]
    public async Task A_page_of_somebody_else_may_not()
    {
        await _cors.ApplyAsync([FrontEnd], default);

        using var answer = await PreflightAsync("http://evil.example", "PUT");

        answer.IsSuccessStatusCode.ShouldBeFalse();
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Fact]
    public async Task It_tells_whether_the_rule_is_there()
    {
        (await _cors.IsAppliedAsync([FrontEnd], default)).ShouldBeFalse();

        await _cors.ApplyAsync([FrontEnd], default);

        (await _cors.IsAppliedAsync([FrontEnd], default)).ShouldBeTrue();
        (await _cors.IsAppliedAsync([new Uri("http://other.end")], default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Applied_again_it_takes_its_old_rule_away_and_leaves_those_of_others()
    {
        using var connection = new S3Connection(_area, new S3StorageOptions());
        var theirs = new CORSRule { Id = "theirs", AllowedOrigins = ["http://their.site"], AllowedMethods = ["GET"] };
        await connection.Client.PutCORSConfigurationAsync(_area.Bucket, new CORSConfiguration { Rules = [theirs] });

        await _cors.ApplyAsync([new Uri("http://old.end")], default);
        await _cors.ApplyAsync([FrontEnd], default);
        await _cors.ApplyAsync([FrontEnd], default);

        var rules = (await connection.Client.GetCORSConfigurationAsync(_area.Bucket)).Configuration.Rules;
        rules.Select(rule => rule.AllowedOrigins.Single()).ShouldBe(["http://front.end:3000", "http://their.site"]);
    }

    [Fact]
    public async Task A_rule_of_others_for_the_same_origin_stays_too()
    {
        using var connection = new S3Connection(_area, new S3StorageOptions());
        var theirs = new CORSRule { Id = "theirs", AllowedOrigins = ["http://front.end:3000"], AllowedMethods = ["GET"], ExposeHeaders = ["x-theirs"] };
        await connection.Client.PutCORSConfigurationAsync(_area.Bucket, new CORSConfiguration { Rules = [theirs] });

        (await _cors.ApplyAsync([FrontEnd], default)).ShouldBeEmpty();

        var rules = (await connection.Client.GetCORSConfigurationAsync(_area.Bucket)).Configuration.Rules;
        rules.Select(rule => rule.ExposeHeaders.Single()).ShouldBe(["ETag", "x-theirs"]);
        JsonDocument.Parse(await _cors.ReadJsonAsync(default)).RootElement.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_that_r2_refuses_is_sent()
    {
        await _cors.ApplyAsync([FrontEnd], default);

        _sent.Requests.ShouldAllBe(request => WireTests.IsFine(request));
    }

    [Fact]
    public void The_rule_can_be_pasted_into_a_dashboard()
    {
        var rule = JsonDocument.Parse(BucketCors.Json(FrontEnd)).RootElement.EnumerateArray().ShouldHaveSingleItem();

        rule.GetProperty("AllowedOrigins").EnumerateArray().Select(e => e.GetString()).ShouldBe(["http://front.end:3000"]);
        rule.GetProperty("AllowedMethods").EnumerateArray().Select(e => e.GetString()).ShouldBe(["GET", "PUT", "POST", "DELETE", "HEAD"]);
        rule.GetProperty("AllowedHeaders").EnumerateArray().Select(e => e.GetString()).ShouldBe(["*"]);
        rule.GetProperty("ExposeHeaders").EnumerateArray().Select(e => e.GetString()).ShouldBe(["ETag"]);
        rule.GetProperty("MaxAgeSeconds").GetInt32().ShouldBe(3600);
    }

    [Fact]
    public void An_origin_that_is_no_url_is_refused()
    {
        Should.Throw<ArgumentException>(() => BucketCors.Json(new Uri("/app", UriKind.Relative)));
        Should.Throw<ArgumentException>(() => BucketCors.Json(new Uri("file:///app")));
    }

    private async Task<HttpResponseMessage> PreflightAsync(string origin, string method)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(_area.ServiceUrl, $"/{_area.Bucket}/a.jpg"));
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "content-type,x-amz-checksum-sha256,if-none-match");
        return await http.SendAsync(request);
    }

    // With the URL of a GET, which leaves nothing in the bucket: every response has the header.
    private async Task<HttpResponseMessage> UploadAsync(string origin)
    {
        using var http = new HttpClient();
        var url = new S3UploadSigner(_area, writeOnce: false, TimeProvider.System).SignGet(ObjectKey.Parse("a.jpg"), TimeSpan.FromMinutes(1));
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("Origin", origin);
        return await http.SendAsync(request);
    }
}
