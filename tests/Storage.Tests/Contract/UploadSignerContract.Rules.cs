using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Storage.Tests.Contract;

public abstract partial class UploadSignerContract
{
    private static readonly byte[] Body = [0xFF, 0xD8, .. Encoding.UTF8.GetBytes("not really a photo")];

    [Fact]
    public async Task A_client_that_sends_only_its_type_and_its_body_can_upload()
    {
        var upload = Signer.SignPut(Key(), Terms(Body), AWhile);

        using var response = await Put(upload.Url, Body);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var info = (await Store.HeadAsync(Key(), default)).ShouldNotBeNull();
        response.Headers.ETag.ShouldNotBeNull().Tag.ShouldBe($"\"{info.ETag}\"");
        info.Size.ShouldBe(Body.Length);
        info.ContentType.ShouldBe("image/jpeg");
    }

    [Fact]
    public async Task The_signer_tells_all_that_the_client_must_send()
    {
        var upload = Signer.SignPut(Key(), Terms(Body), AWhile);

        upload.Method.ShouldBe("PUT");
        upload.Headers["Content-Type"].ShouldBe("image/jpeg");
        using var response = await Put(upload, Body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Metadata_that_was_signed_is_stored_without_the_client_sending_it()
    {
        var metadata = new Dictionary<string, string> { ["original-filename"] = "my%20photo & co=1+1.jpg", ["uploaded-by"] = "user-42" };
        var upload = Signer.SignPut(Key(), Terms(Body) with { Metadata = metadata }, AWhile);

        upload.Headers.Keys.ShouldNotContain(name => name.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase));
        using var response = await Put(upload, Body);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Store.HeadAsync(Key(), default)).ShouldNotBeNull().Metadata.ShouldBe(metadata, ignoreOrder: true);
    }

    [Fact]
    public async Task Metadata_cannot_be_changed_or_added_by_the_holder_of_the_url()
    {
        var terms = Terms(Body) with { Metadata = new Dictionary<string, string> { ["uploaded-by"] = "user-42" } };
        var url = Signer.SignPut(Key(), terms, AWhile).Url.AbsoluteUri;

        using var changed = await Put(new Uri(url.Replace("user-42", "user-43", StringComparison.Ordinal)), Body);
        using var added = await Put(new Uri(url + "&x-amz-meta-role=admin"), Body);

        await ShouldBeRefused(changed);
        await ShouldBeRefused(added);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("text/html")]
    [InlineData("image/jpeg; charset=utf-8")]
    [InlineData(null)]
    public async Task Another_type_than_signed_is_refused(string? contentType)
    {
        var upload = Signer.SignPut(Key(), Terms(Body), AWhile);

        using var response = await Put(upload.Url, Body, contentType);

        await ShouldBeRefused(response);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Another_length_than_signed_is_refused(int difference)
    {
        var upload = Signer.SignPut(Key(), Terms(Body), AWhile);

        using var response = await Put(upload.Url, new byte[Body.Length + difference]);

        await ShouldBeRefused(response);
    }

    [Fact]
    public async Task An_expired_upload_is_refused()
    {
        using var response = await Put((await ExpiredPut(Key(), Terms(Body))).Url, Body);

        await ShouldBeRefused(response);
    }

    [Fact]
    public async Task A_tampered_signature_is_refused()
    {
        using var response = await Put(Tampered(Signer.SignPut(Key(), Terms(Body), AWhile).Url), Body);

        await ShouldBeRefused(response);
    }

    [Fact]
    public async Task A_url_for_one_key_opens_no_other()
    {
        var url = Signer.SignPut(Key("mine.jpg"), Terms(Body), AWhile).Url.AbsoluteUri;

        using var response = await Put(new Uri(url.Replace("mine.jpg", "theirs.jpg", StringComparison.Ordinal)), Body);

        await ShouldBeRefused(response, key: Key("theirs.jpg"));
        (await Store.HeadAsync(Key("mine.jpg"), default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_url_without_its_query_opens_nothing()
    {
        var url = new Uri(Signer.SignPut(Key(), Terms(Body), AWhile).Url.GetLeftPart(UriPartial.Path));

        using var put = await Put(url, Body);
        await ShouldBeRefused(put);

        await Store.WriteAsync(Key(), new MemoryStream(Body), Body.Length, new WriteOptions { ContentType = "image/jpeg" }, default);
        using var get = await Http.GetAsync(url);
        get.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_url_to_read_cannot_write_and_a_url_to_write_cannot_read()
    {
        using var put = await Put(Signer.SignGet(Key(), AWhile), Body);
        await ShouldBeRefused(put);

        var upload = Signer.SignPut(Key(), Terms(Body), AWhile);
        using var written = await Put(upload.Url, Body);
        written.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var get = await Http.GetAsync(upload.Url);
        get.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_signed_url_reads_the_object()
    {
        using var written = await Put(Signer.SignPut(Key(), Terms(Body), AWhile).Url, Body);

        using var response = await Http.GetAsync(Signer.SignGet(Key(), AWhile));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(Body);
        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("image/jpeg");
        response.Headers.ETag.ShouldBe(written.Headers.ETag);
    }

    [Fact]
    public async Task A_signed_url_to_nothing_says_so()
    {
        using var response = await Http.GetAsync(Signer.SignGet(Key("none"), AWhile));

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_expired_or_tampered_url_reads_nothing()
    {
        using var written = await Put(Signer.SignPut(Key(), Terms(Body), AWhile).Url, Body);

        using var tampered = await Http.GetAsync(Tampered(Signer.SignGet(Key(), AWhile)));
        using var expired = await Http.GetAsync(await ExpiredGet(Key()));

        tampered.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        expired.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_upload_that_ends_early_leaves_nothing()
    {
        var body = new byte[200_000];
        var upload = Signer.SignPut(Key(), Terms(body), AWhile);

        await SendByHand(upload, "Content-Length: 200000", body.AsMemory(0, 120_000), endsEarly: true);

        (await Store.HeadAsync(Key(), default)).ShouldBeNull();
    }

    [Fact]
    public async Task An_upload_that_does_not_tell_its_length_is_refused()
    {
        var upload = Signer.SignPut(Key(), Terms(Body), AWhile);
        byte[] chunked = [.. Encoding.ASCII.GetBytes($"{Body.Length:x}\r\n"), .. Body, .. "\r\n0\r\n\r\n"u8];

        var answer = await SendByHand(upload, "Transfer-Encoding: chunked", chunked, endsEarly: false);

        // Some stores check the signature before they check the length.
        answer.ShouldMatch("^HTTP/1.1 4(11|03) ");
        (await Store.HeadAsync(Key(), default)).ShouldBeNull();
    }

    /// <summary>Sends a PUT by hand and returns the whole response until the server closes.</summary>
    private static async Task<string> SendByHand(PresignedUpload upload, string header, ReadOnlyMemory<byte> body, bool endsEarly)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(upload.Url.Host, upload.Url.Port);
        var stream = client.GetStream();
        var head = $"PUT {upload.Url.PathAndQuery} HTTP/1.1\r\nHost: {upload.Url.Authority}\r\nContent-Type: image/jpeg\r\n{header}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
        if (endsEarly) client.Client.Shutdown(SocketShutdown.Send);
        try
        {
            return await new StreamReader(stream).ReadToEndAsync();
        }
        catch (IOException) when (endsEarly)
        {
            // A server that receives half a body may answer, close or reset.
            return "";
        }
    }
}
