using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Storage.Tests.Disk;

public sealed class DiskDownloadTests : IAsyncLifetime
{
    private const string Immutable = "public, max-age=31536000, immutable";
    private static readonly HttpClient Http = new();
    private readonly DiskHost _host = new();

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_published_object_is_everyones_with_the_headers_it_was_stored_with()
    {
        var etag = await Store("assets/1/r/w640.webp", "pixels");

        using var response = await Http.GetAsync(_host.Areas.PublicUrl(ObjectKey.Parse("assets/1/r/w640.webp")));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("pixels");
        response.Content.Headers.ContentType.ShouldNotBeNull().ToString().ShouldBe("image/webp");
        response.Headers.GetValues("Cache-Control").ShouldBe([Immutable]);
        response.Headers.ETag.ShouldNotBeNull().ToString().ShouldBe($"\"{etag}\"");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; sandbox"]);
        response.Content.Headers.LastModified.ShouldBe(_host.Time.GetUtcNow());
    }

    [Fact]
    public async Task Who_has_the_version_already_gets_304()
    {
        var etag = await Store("assets/a", "pixels");

        using var same = await Get("assets/a", request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{etag}\"")));
        using var other = await Get("assets/a", request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\"")));

        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        same.Headers.ETag.ShouldNotBeNull().Tag.ShouldBe($"\"{etag}\"");
        same.Headers.GetValues("Cache-Control").ShouldBe([Immutable]);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_part_can_be_asked_for()
    {
        await Store("assets/a", "0123456789");

        using var part = await Get("assets/a", request => request.Headers.Range = new RangeHeaderValue(2, 4));
        using var beyond = await Get("assets/a", request => request.Headers.Range = new RangeHeaderValue(10, 20));

        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsStringAsync()).ShouldBe("234");
        part.Content.Headers.ContentRange.ShouldNotBeNull().ToString().ShouldBe("bytes 2-4/10");
        beyond.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Fact]
    public async Task HEAD_tells_what_GET_would()
    {
        var etag = await Store("assets/a", "0123456789");
        using var request = new HttpRequestMessage(HttpMethod.Head, Public("assets/a"));

        using var response = await Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.ShouldBe(10);
        response.Headers.ETag.ShouldNotBeNull().Tag.ShouldBe($"\"{etag}\"");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("uploads/42/photo.jpg")]
    [InlineData("originals/1/abc")]
    [InlineData("quarantine/1")]
    [InlineData("ASSETS/1")]
    [InlineData("assetsx/1")]
    public async Task What_is_not_published_is_nobodys_without_a_signature(string key)
    {
        await Store(key, "private");

        foreach (var url in new[] { Public(key), new Uri($"{_host.BaseUrl}storage/{key}"), new Uri($"{_host.BaseUrl}storage/{key}?signature=00") })
        {
            using var response = await Http.GetAsync(url);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await response.Content.ReadAsStringAsync()).ShouldNotContain("private");
        }
    }

    [Theory]
    [InlineData("/storage/public/assets/../originals/1")]
    [InlineData("/storage/public/assets/%2e%2e/originals/1")]
    [InlineData("/storage/public/assets/..%2foriginals/1")]
    [InlineData("/storage/public/assets%2f..%2foriginals/1")]
    [InlineData("/storage/public/assets/..%5coriginals/1")]
    [InlineData("/storage/public/assets//../../originals/1")]
    [InlineData("/storage/public/assets/1~meta")]
    [InlineData("/storage/public/~tmp/x")]
    [InlineData("/storage/public/assets/%00")]
    [InlineData("/storage/public/../../../../etc/passwd")]
    [InlineData("/storage/%2e%2e/objects.signing-key")]
    [InlineData("/storage/public/")]
    [InlineData("/storage/")]
    public async Task No_path_leads_out_of_what_is_published(string path)
    {
        await Store("originals/1", "private");
        await Store("assets/1", "public");

        var answer = await Raw($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        answer.ShouldMatch("^HTTP/1.1 4(00|03|04) ");
        answer.ShouldNotContain("private");
        answer.ShouldNotContain("root:");
    }

    [Fact]
    public async Task A_published_object_that_is_not_there_is_404_in_words_of_S3()
    {
        using var response = await Http.GetAsync(Public("assets/none"));

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).ShouldContain("<Code>NoSuchKey</Code>");
        response.Headers.CacheControl.ShouldBeNull();
    }

    [Fact]
    public async Task The_public_address_takes_no_uploads()
    {
        using var content = new ByteArrayContent([1]);
        using var response = await Http.PutAsync(Public("assets/a"), content);

        response.IsSuccessStatusCode.ShouldBeFalse();
        (await _host.Areas.Public.HeadAsync(ObjectKey.Parse("assets/a"), default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_front_end_may_read_the_entity_tag_of_its_upload()
    {
        var key = ObjectKey.Parse("uploads/42/a");
        var upload = _host.Areas.Signer.SignPut(key, new UploadTerms { ContentType = "image/png", Length = 1 }, TimeSpan.FromMinutes(1));
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.Url) { Content = new ByteArrayContent([1]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        request.Headers.Add("Origin", "http://front.end");

        using var response = await Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["http://front.end"]);
        response.Headers.GetValues("Access-Control-Expose-Headers").ShouldBe(["ETag"]);
    }

    private async Task<string> Store(string key, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var options = new WriteOptions { ContentType = "image/webp", CacheControl = Immutable };
        var result = await _host.Areas.Public.WriteAsync(ObjectKey.Parse(key), new MemoryStream(bytes), bytes.Length, options, default);
        return result.ShouldBeOfType<WriteResult.Written>().ETag;
    }

    private Uri Public(string key) => new($"{_host.BaseUrl}storage/public/{key}");

    private async Task<HttpResponseMessage> Get(string key, Action<HttpRequestMessage> with)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Public(key));
        with(request);
        return await Http.SendAsync(request);
    }

    private async Task<string> Raw(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_host.BaseUrl.Host, _host.BaseUrl.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        return await new StreamReader(client.GetStream()).ReadToEndAsync();
    }
}
