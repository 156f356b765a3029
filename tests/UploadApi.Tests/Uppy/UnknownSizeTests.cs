using System.Net;
using System.Security.Cryptography;
using System.Xml.Linq;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uppy;

/// <summary>Uppy 6 with its default key, which tells no size.</summary>
public abstract class UnknownSizeContract(ApiHost api)
{
    private const int PartSize = 5 * 1024 * 1024;
    private static readonly HttpClient Http = new();
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    private static long MaxBytes => 10 * 1024 * 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(3_000_000)]
    [InlineData(10 * 1024 * 1024)]
    public async Task A_file_of_any_allowed_size_is_confirmed_with_its_real_one(int size)
    {
        var signed = await SignAsync(new { method = "PUT", key = $"{Guid.NewGuid()}-cat.jpg", contentType = "image/jpeg" });
        signed.Status.ShouldBe(200, signed.Body);
        signed.Text("url").ShouldNotContain("content-length");
        (await StoredBytesAsync()).ShouldBe(MaxBytes);

        (await PutAsync(signed, RandomNumberGenerator.GetBytes(size))).ShouldBe(HttpStatusCode.OK);
        var confirmed = await ConfirmAsync(signed.Text("key"));

        confirmed.Status.ShouldBe(202, confirmed.Body);
        var asset = await api.GetAsync($"/api/assets/{confirmed.Text("id")}", _user);
        (asset.Json["size"]!.GetValue<long>(), asset.Text("filename")).ShouldBe((size, "cat.jpg"));
        (await StoredBytesAsync()).ShouldBe(size);
        (await ConfirmAsync(signed.Text("key"))).Status.ShouldBe(202);
    }

    [Fact]
    public async Task A_larger_file_is_too_large_and_its_bytes_are_deleted()
    {
        var signed = await SignAsync(new { method = "PUT", key = $"{Guid.NewGuid()}-cat.jpg", contentType = "image/jpeg" });
        var key = ObjectKey.Parse(signed.Text("key"));
        await PutAsync(signed, new byte[MaxBytes + 1]);

        // The embedded store refuses the bytes; S3 knows no bound.
        if (await api.Service<StorageAreas>().Incoming.HeadAsync(key, default) is null) await WriteAsync(key, MaxBytes + 1);
        var refused = await ConfirmAsync(key.Value);

        (refused.Status, refused.Code).ShouldBe((400, "too_large"), refused.Body);
        (refused.Json["maxSize"]!.GetValue<long>(), refused.Json["receivedSize"]!.GetValue<long>()).ShouldBe((MaxBytes, MaxBytes + 1));
        (await api.Service<StorageAreas>().Incoming.HeadAsync(key, default)).ShouldBeNull();
        (await ConfirmAsync(key.Value)).Code.ShouldBe("too_large", "a repeated confirm tells the same");
        (await StoredBytesAsync()).ShouldBe(0);
        var rejected = (await api.GetAsync("/api/assets", _user)).Json["items"]!.AsArray().Single()!;
        (rejected["status"]!.GetValue<string>(), rejected["rejection"]!["code"]!.GetValue<string>()).ShouldBe(("rejected", "too_large"));
    }

    [Fact]
    public async Task The_same_key_of_uppy_is_the_same_upload_until_it_is_confirmed()
    {
        var key = $"{Guid.NewGuid()}-cat.jpg";
        var first = await SignAsync(new { method = "PUT", key, contentType = "image/jpeg" });
        var again = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignAsync(new { method = "PUT", key, contentType = "image/jpeg" })));
        again.ShouldAllBe(answer => answer.Status == 200 && answer.Text("key") == first.Text("key"));
        (await SignAsync(new { method = "PUT", key = $"{Guid.NewGuid()}-cat.jpg", contentType = "image/jpeg" })).Text("key").ShouldNotBe(first.Text("key"));
        (await api.PostAsync("/api/upload/sign", new { method = "PUT", key, contentType = "image/jpeg" }, "eve")).Text("key").ShouldNotBe(first.Text("key"));

        (await PutAsync(again[0], [1, 2, 3])).ShouldBe(HttpStatusCode.OK);
        (await ConfirmAsync(first.Text("key"))).Status.ShouldBe(202);
        (await SignAsync(new { method = "PUT", key, contentType = "image/jpeg" })).Code.ShouldBe("already_confirmed");
        (await SignAsync(new { method = "POST", key })).Text("key").ShouldBe((await SignAsync(new { method = "POST", key })).Text("key"));
    }

    [Fact]
    public async Task An_empty_file_has_not_arrived()
    {
        var signed = await SignAsync(new { method = "PUT", key = $"{Guid.NewGuid()}-cat.jpg", contentType = "image/jpeg" });
        await WriteAsync(ObjectKey.Parse(signed.Text("key")), 0);

        var refused = await ConfirmAsync(signed.Text("key"));

        (refused.Status, refused.Code).ShouldBe((409, "upload_mismatch"));
    }

    [Theory]
    [InlineData(PartSize, 9)]
    [InlineData(9)]
    [InlineData(PartSize, PartSize)]
    public async Task Parts_are_listed_by_the_server_and_the_last_one_may_have_any_size(params int[] sizes)
    {
        var (key, uploadId) = await BeginAsync();
        for (var number = sizes.Length; number >= 1; number--) (await PutPartAsync(key, uploadId, number, sizes[number - 1])).ShouldBe(HttpStatusCode.OK);

        var completed = await CompleteAsync(key, uploadId, Enumerable.Range(1, sizes.Length));

        completed.Status.ShouldBe(200, completed.Body);
        var asset = await api.GetAsync($"/api/assets/{uploadId}", _user);
        (asset.Text("status"), asset.Json["size"]!.GetValue<long>()).ShouldBe(("queued", (long)sizes.Sum()));
        (await CompleteAsync(key, uploadId, Enumerable.Range(1, sizes.Length))).Status.ShouldBe(200);
        (await StoredBytesAsync()).ShouldBe(sizes.Sum());
    }

    [Fact]
    public async Task A_part_that_the_client_names_and_that_has_not_arrived_is_missing()
    {
        var (key, uploadId) = await BeginAsync();
        await PutPartAsync(key, uploadId, 1, PartSize);

        var refused = await CompleteAsync(key, uploadId, [1, 2]);

        (refused.Status, refused.Body.Contains("parts_missing", StringComparison.Ordinal)).ShouldBe((400, true), refused.Body);
        refused.Body.ShouldContain(": 2.");
        (await api.GetAsync($"/api/assets/{uploadId}", _user)).Text("status").ShouldBe("pending");
    }

    [Fact]
    public async Task A_small_part_before_the_last_is_to_be_sent_again()
    {
        var (key, uploadId) = await BeginAsync();
        await PutPartAsync(key, uploadId, 1, 7);
        await PutPartAsync(key, uploadId, 2, 9);

        var refused = await CompleteAsync(key, uploadId, [1, 2]);

        (refused.Status, refused.Body.Contains("InvalidPart", StringComparison.Ordinal)).ShouldBe((400, true), refused.Body);
    }

    [Fact]
    public async Task No_part_lies_beyond_the_largest_file()
    {
        var (key, uploadId) = await BeginAsync();

        (await SignAsync(new { method = "PUT", key, uploadId, partNumber = 2 })).Status.ShouldBe(200);
        (await SignAsync(new { method = "PUT", key, uploadId, partNumber = 3 })).Errors.Keys.ShouldBe(["partNumber"]);
    }

    [Fact]
    public async Task Parts_that_are_too_large_together_are_refused_and_deleted()
    {
        var (key, uploadId) = await BeginAsync();
        await PutPartAsync(key, uploadId, 1, PartSize + 1);
        await PutPartAsync(key, uploadId, 2, PartSize);

        var refused = await CompleteAsync(key, uploadId, [1, 2]);

        (refused.Status, refused.Body.Contains("EntityTooLarge", StringComparison.Ordinal)).ShouldBe((400, true), refused.Body);
        (await api.GetAsync($"/api/assets/{uploadId}", _user)).Text("status").ShouldBe("rejected");
        (await api.Service<StorageAreas>().Incoming.HeadAsync(ObjectKey.Parse(key), default)).ShouldBeNull();
        (await CompleteAsync(key, uploadId, [1, 2])).Body.ShouldContain("EntityTooLarge");
    }

    [Theory]
    [InlineData("not xml")]
    [InlineData("<CompleteMultipartUpload><Part><PartNumber>99999</PartNumber></Part></CompleteMultipartUpload>")]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>")]
    [InlineData("")]
    public async Task A_body_that_names_no_parts_completes_with_those_that_have_arrived(string body)
    {
        var (key, uploadId) = await BeginAsync();
        (await SendAsync("POST", await UrlAsync(new { method = "POST", key, uploadId }), body)).Body.ShouldContain("InvalidPart");
        await PutPartAsync(key, uploadId, 1, 9);

        (await SendAsync("POST", await UrlAsync(new { method = "POST", key, uploadId }), body)).Status.ShouldBe(200);
    }

    private Task<HttpAnswer> ConfirmAsync(string key) => api.PostAsync("/api/upload/confirm", new { key }, _user);

    private Task<HttpAnswer> SignAsync(object request) => api.PostAsync("/api/upload/sign", request, _user);

    private async Task<long> StoredBytesAsync()
    {
        var answer = await api.GetAsync("/api/limits", _user);
        answer.Status.ShouldBe(200, answer.Body);
        return answer.Json["quotas"]!.AsArray().Single(quota => quota!["limit"]!.GetValue<string>() == "user_bytes_stored")!["used"]!.GetValue<long>();
    }

    private async Task<HttpStatusCode> PutAsync(HttpAnswer signed, byte[] bytes)
    {
        using var body = new ByteArrayContent(bytes) { Headers = { ContentType = new("image/jpeg") } };
        using var put = await Http.PutAsync(Reachable(signed.Text("url")), body);
        return put.StatusCode;
    }

    private async Task WriteAsync(ObjectKey key, long bytes) => await api.Service<StorageAreas>().Incoming.WriteAsync(
        key, new MemoryStream(new byte[bytes]), bytes, new WriteOptions { ContentType = "image/jpeg" }, default);

    private async Task<HttpStatusCode> PutPartAsync(string key, string uploadId, int partNumber, int bytes)
    {
        var signed = await SignAsync(new { method = "PUT", key, uploadId, partNumber });
        signed.Status.ShouldBe(200, signed.Body);
        using var put = await Http.PutAsync(Reachable(signed.Text("url")), new ByteArrayContent(RandomNumberGenerator.GetBytes(bytes)));
        return put.StatusCode;
    }

    private async Task<(string Key, string UploadId)> BeginAsync()
    {
        var signed = await SignAsync(new { method = "POST", key = $"{Guid.NewGuid()}-cat.jpg" });
        signed.Status.ShouldBe(200, signed.Body);
        var created = await SendAsync("POST", new Uri(signed.Text("url")).PathAndQuery, null);
        return (signed.Text("key"), XDocument.Parse(created.Body).Root!.Element("UploadId")!.Value);
    }

    private async Task<HttpAnswer> CompleteAsync(string key, string uploadId, IEnumerable<int> parts) => await SendAsync(
        "POST",
        await UrlAsync(new { method = "POST", key, uploadId }),
        $"<CompleteMultipartUpload>{string.Concat(parts.Select(number => $"<Part><PartNumber>{number}</PartNumber><ETag>x</ETag></Part>"))}</CompleteMultipartUpload>");

    private async Task<string> UrlAsync(object request) => new Uri((await SignAsync(request)).Text("url")).PathAndQuery;

    private Task<HttpAnswer> SendAsync(string method, string path, string? xml) =>
        api.SendAsync(method, path, xml is null ? null : new StringContent(xml, System.Text.Encoding.UTF8, "application/xml"), user: null);

    private Uri Reachable(string url) => new(url.Replace("http://localhost:4000/", api.Address.AbsoluteUri, StringComparison.Ordinal));
}

[Collection(ApiHostTests.Name)]
public sealed class DiskUnknownSizeTests(ApiHost api) : UnknownSizeContract(api);

[Collection(S3ApiHostTests.Name)]
public sealed class S3UnknownSizeTests(S3ApiHost api) : UnknownSizeContract(api);
