using System.Net;
using System.Security.Cryptography;
using System.Xml.Linq;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uppy;

/// <summary>What Uppy 6 asks for by its option <c>signRequest</c>, and sends to the URLs that it gets.</summary>
public abstract class UppyContract(ApiHost api)
{
    private const int PartSize = 5 * 1024 * 1024;
    private static readonly byte[] Photo = RandomNumberGenerator.GetBytes(PartSize + 9);
    private static readonly HttpClient Http = new();
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_small_file_is_one_put_to_the_store_and_is_confirmed_by_its_key()
    {
        var signed = await SignAsync(new { method = "PUT", key = "3/cat.jpg", contentType = "image/jpeg" });

        signed.Status.ShouldBe(200);
        signed.Json.AsObject().Select(field => field.Key).ShouldBe(["url", "key", "headers"]);
        signed.Json["headers"]!.ToJsonString().ShouldBe("""{"Content-Type":"image/jpeg"}""");
        using var body = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("image/jpeg") } };
        using var put = await Http.PutAsync(Reachable(signed.Text("url")), body);
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        var confirmed = await api.PostAsync("/api/upload/confirm", new { key = signed.Text("key") }, _user);
        confirmed.Status.ShouldBe(202);
        (await api.GetAsync($"/api/assets/{confirmed.Text("id")}", _user)).Text("filename").ShouldBe("cat.jpg");
    }

    [Fact]
    public async Task A_large_file_is_begun_listed_and_completed_by_urls_of_the_api()
    {
        var (key, uploadId) = await BeginAsync();
        (await SendAsync("POST", await UrlAsync(new { method = "POST", key, uploadId }), "<CompleteMultipartUpload></CompleteMultipartUpload>")).Body.ShouldContain("InvalidPart");

        await PutAsync(key, uploadId, 2, Photo[PartSize..]);
        (await PartsAsync(key, uploadId)).ShouldBe([2]);
        await PutAsync(key, uploadId, 1, Photo[..PartSize]);
        var complete = await UrlAsync(new { method = "POST", key, uploadId });
        var completed = await SendAsync("POST", complete, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>");

        (completed.Status, completed.Headers["Content-Type"]).ShouldBe((200, "application/xml"));
        var result = XDocument.Parse(completed.Body).Root!;
        (result.Name.LocalName, result.Element("Key")!.Value).ShouldBe(("CompleteMultipartUploadResult", key));
        result.Element("Location")!.Value.ShouldEndWith($"/api/assets/{uploadId}/image");
        (await api.PostAsync("/api/upload/confirm", new { key }, _user)).Text("status").ShouldBe("queued", "the completion confirmed it");

        // A browser that was closed before it had the answer lists and completes again.
        (await PartsAsync(key, uploadId)).ShouldBe([1, 2]);
        (await SendAsync("POST", complete, "x")).Status.ShouldBe(200);
        await using var read = await api.Service<StorageAreas>().Incoming.ReadAsync(ObjectKey.Parse(key), ifMatch: null, default);
        (await SHA256.HashDataAsync(read.ShouldBeOfType<ReadResult.Found>().Content)).ShouldBe(SHA256.HashData(Photo));
    }

    [Fact]
    public async Task An_aborted_file_leaves_nothing_open()
    {
        var (key, uploadId) = await BeginAsync();
        var list = await UrlAsync(new { method = "GET", key, uploadId });
        var abort = await UrlAsync(new { method = "DELETE", key, uploadId });

        (await SendAsync("DELETE", abort)).ShouldSatisfyAllConditions(answer => answer.Status.ShouldBe(204), answer => answer.Body.ShouldBeEmpty());
        (await SendAsync("DELETE", abort)).Status.ShouldBe(204);

        (await SendAsync("GET", list)).ShouldSatisfyAllConditions(answer => answer.Status.ShouldBe(404), answer => answer.Body.ShouldContain("<Code>NoSuchUpload</Code>"));
        (await SignAsync(new { method = "PUT", key, uploadId, partNumber = 1 })).Status.ShouldBe(404);
        (await api.Service<IMultipartUploads>().ListOpenAsync($"uploads/{_user}/", default).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_url_allows_one_operation_on_one_upload_of_one_user()
    {
        var (key, uploadId) = await BeginAsync();
        var (otherKey, otherId) = await BeginAsync();
        var list = await UrlAsync(new { method = "GET", key, uploadId });

        (await SendAsync("DELETE", list)).Body.ShouldContain("<Code>MethodNotAllowed</Code>");
        (await SendAsync("POST", list, "x")).Body.ShouldContain("<Code>MethodNotAllowed</Code>");
        foreach (var wrong in (string[])[
            list.Replace(uploadId, otherId, StringComparison.Ordinal),
            list[..^1] + (list[^1] == 'A' ? 'Q' : 'A'),
            list[..list.IndexOf('?', StringComparison.Ordinal)],
            list + "&signature=x",
            list.Replace(uploadId, Guid.NewGuid().ToString(), StringComparison.Ordinal)])
        {
            var refused = await SendAsync("GET", wrong);
            (refused.Status, refused.Headers["Content-Type"]).ShouldBe((403, "application/xml"), wrong);
            refused.Body.ShouldContain("<Code>AccessDenied</Code>");
        }

        list.ShouldNotContain("eyJ", customMessage: "no token may be in a URL");
        (await SignAsync(new { method = "GET", key, uploadId = otherId })).Status.ShouldBe(404);
        (await api.PostAsync("/api/upload/sign", new { method = "GET", key, uploadId }, "eve")).Status.ShouldBe(404);
        (await SignAsync(new { method = "GET", key = otherKey, uploadId = otherId })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Signing_a_part_is_no_presign_request()
    {
        var (key, uploadId) = await BeginAsync();

        (await SignAsync(new { method = "PUT", key, uploadId, partNumber = 1 })).Headers["RateLimit-Limit"].ShouldBe("3000");
        (await SignAsync(new { method = "GET", key, uploadId })).Headers["RateLimit-Limit"].ShouldBe("3000");
        (await SignAsync(new { method = "PUT", key = "3/cat.jpg", contentType = "image/jpeg" })).Headers["RateLimit-Limit"].ShouldBe("10000");
        (await SignAsync(new { method = "POST", key = "3/cat.jpg" })).Headers["RateLimit-Limit"].ShouldBe("10000");
    }

    [Fact]
    public async Task The_key_of_uppy_or_fields_of_the_app_describe_the_file()
    {
        var uuid = "0b8f2c8e-8d0c-4b0a-9d38-0a9a51f5a9c1";
        var byField = await SignAsync(new { method = "PUT", key = $"{uuid}-cat.png", contentType = "image/png", fileSize = 3 });
        byField.Text("key").ShouldEndWith(".png");
        var named = await SignAsync(new { method = "POST", key = "anything", filename = "dog.webp", fileSize = 3 });
        named.Text("key").ShouldEndWith(".webp");

        (await SignAsync(new { method = "PUT", key = "3/cat.exe", contentType = "application/x-msdownload" })).Code.ShouldBe("unsupported_type");
        (await SignAsync(new { method = "PUT", key = "99999999999/cat.jpg", contentType = "image/jpeg" })).Code.ShouldBe("too_large");
        (await SignAsync(new { method = "PUT", key = "0/cat.jpg", contentType = "image/jpeg" })).Errors.Keys.ShouldBe(["fileSize"]);
    }

    [Theory]
    [InlineData("""{}""", "method", "key")]
    [InlineData("""{"method":"HEAD","key":"3/a.jpg"}""", "method")]
    [InlineData("""{"method":"PUT","key":""}""", "key")]
    [InlineData("""{"method":"GET","key":"a"}""", "uploadId")]
    [InlineData("""{"method":"PUT","key":"a","partNumber":1}""", "uploadId")]
    [InlineData("""{"method":"PUT","key":"a","uploadId":"b"}""", "partNumber")]
    [InlineData("""{"method":"DELETE","key":"a","uploadId":"b","partNumber":1}""", "partNumber")]
    [InlineData("""{"method":"PUT","key":"a","partNumber":"1"}""", "partNumber")]
    public async Task A_request_that_uppy_never_makes_is_refused_with_its_fields(string json, params string[] fields)
    {
        var answer = await api.SendAsync("POST", "/api/upload/sign", new StringContent(json, System.Text.Encoding.UTF8, "application/json"), _user);

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.Keys.ShouldBe(fields, ignoreOrder: true);
    }

    [Fact]
    public async Task A_key_that_nothing_has_is_not_found()
    {
        foreach (var key in (string[])["nothing.jpg", "uploads/ada/1-00ff.jpg", "../etc/passwd", "a\0b"])
            (await SignAsync(new { method = "GET", key, uploadId = "0191e9a0-0000-7000-8000-000000000000" })).Status.ShouldBe(404, key);
    }

    [Fact]
    public async Task Part_numbers_that_the_file_does_not_have_are_refused()
    {
        var (key, uploadId) = await BeginAsync();

        foreach (var partNumber in (int[])[0, -1, 3, 10_001])
            (await SignAsync(new { method = "PUT", key, uploadId, partNumber })).Errors.Keys.ShouldBe(["partNumber"]);
    }

    [Fact]
    public async Task Deleting_an_object_deletes_its_asset()
    {
        var (key, _) = await BeginAsync();

        (await SendAsync("DELETE", await UrlAsync(new { method = "DELETE", key }))).Status.ShouldBe(204);

        (await api.PostAsync("/api/upload/confirm", new { key }, _user)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_page_of_the_front_end_may_use_the_urls_and_no_other_page()
    {
        var (key, uploadId) = await BeginAsync();
        var url = await UrlAsync(new { method = "POST", key, uploadId });

        var ours = await api.SendAsync("OPTIONS", url, null, user: null, ("Origin", ApiHost.Frontend), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"));
        ours.Headers["Access-Control-Allow-Origin"].ShouldBe(ApiHost.Frontend);
        var foreign = await api.SendAsync("OPTIONS", url, null, user: null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));
        foreign.Headers.ShouldNotContainKey("Access-Control-Allow-Origin");
    }

    private async Task<(string Key, string UploadId)> BeginAsync()
    {
        var signed = await SignAsync(new { method = "POST", key = $"{Photo.Length}/cat.jpg" });
        signed.Status.ShouldBe(200, signed.Body);
        var created = await SendAsync("POST", new Uri(signed.Text("url")).PathAndQuery);
        (created.Status, created.Headers["Content-Type"]).ShouldBe((200, "application/xml"));
        var result = XDocument.Parse(created.Body).Root!;
        (result.Name.LocalName, result.Element("Key")!.Value).ShouldBe(("InitiateMultipartUploadResult", signed.Text("key")));
        (await SendAsync("POST", new Uri(signed.Text("url")).PathAndQuery)).Body.ShouldBe(created.Body, "Uppy repeats a request whose answer is lost");
        return (signed.Text("key"), result.Element("UploadId")!.Value);
    }

    private Task<HttpAnswer> SignAsync(object request) => api.PostAsync("/api/upload/sign", request, _user);

    private async Task<string> UrlAsync(object request)
    {
        var signed = await SignAsync(request);
        signed.Status.ShouldBe(200, signed.Body);
        signed.Text("url").ShouldStartWith("http://localhost:4000/api/upload/s3/");
        return new Uri(signed.Text("url")).PathAndQuery;
    }

    private Task<HttpAnswer> SendAsync(string method, string path, string? xml = null) =>
        api.SendAsync(method, path, xml is null ? null : new StringContent(xml, System.Text.Encoding.UTF8, "application/xml"), user: null);

    private async Task PutAsync(string key, string uploadId, int partNumber, byte[] bytes)
    {
        var signed = await SignAsync(new { method = "PUT", key, uploadId, partNumber });
        signed.Json["headers"]!.AsObject().Count.ShouldBe(0);
        using var put = await Http.PutAsync(Reachable(signed.Text("url")), new ByteArrayContent(bytes));
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        put.Headers.ETag.ShouldNotBeNull("Uppy needs it");
    }

    private async Task<IReadOnlyList<int>> PartsAsync(string key, string uploadId)
    {
        var listed = await SendAsync("GET", await UrlAsync(new { method = "GET", key, uploadId }));
        return [.. XDocument.Parse(listed.Body).Root!.Elements("Part").Select(part => (int)part.Element("PartNumber")!)];
    }

    private Uri Reachable(string url) => new(url.Replace("http://localhost:4000/", api.Address.AbsoluteUri, StringComparison.Ordinal));
}

[Collection(ApiHostTests.Name)]
public sealed class DiskUppyTests(ApiHost api) : UppyContract(api);

[Collection(S3ApiHostTests.Name)]
public sealed class S3UppyTests(S3ApiHost api) : UppyContract(api);
