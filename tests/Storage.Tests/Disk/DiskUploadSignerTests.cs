using System.Net;
using System.Security.Cryptography;
using Pipeline.Storage.Disk;
using Pipeline.Storage.Tests.Contract;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.Disk;

public sealed class DiskUploadSignerTests : UploadSignerContract, IAsyncLifetime
{
    private static readonly byte[] Photo = [.. "these bytes and no others"u8];
    private readonly DiskHost _host = new();

    protected override IUploadSigner Signer => _host.Areas.Signer;

    protected override IDownloadSigner Downloads => _host.Areas.Downloads;

    protected override DateTimeOffset Now => _host.Time.GetUtcNow();

    protected override IObjectStore Store => _host.Areas.Incoming;

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_url_is_valid_until_the_time_that_was_told_and_no_longer()
    {
        var upload = Signer.SignPut(Key(), Terms(Photo), AWhile);
        upload.ExpiresAt.ShouldBe(_host.Time.GetUtcNow() + AWhile);

        _host.Time.Advance(AWhile - TimeSpan.FromMilliseconds(1));
        using var inTime = await Put(upload.Url, Photo);
        _host.Time.Advance(TimeSpan.FromMilliseconds(1));
        using var late = await Put(upload.Url, Photo);

        inTime.StatusCode.ShouldBe(HttpStatusCode.OK);
        late.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await late.Content.ReadAsStringAsync()).ShouldContain("expired");
    }

    [Fact]
    public async Task A_holder_cannot_change_a_single_field_of_what_was_signed()
    {
        var terms = Terms(Photo) with { Sha256 = Sha256(Photo), Metadata = new Dictionary<string, string> { ["a"] = "1" } };
        var url = Signer.SignPut(Key(), terms, AWhile).Url;
        foreach (var field in url.Query[1..].Split('&'))
        {
            using var changed = await Put(new Uri(url.AbsoluteUri.Replace(field, field + "1", StringComparison.Ordinal)), Photo);
            await ShouldBeRefused(changed);
            using var dropped = await Put(new Uri(url.AbsoluteUri.Replace(field, "", StringComparison.Ordinal)), Photo);
            await ShouldBeRefused(dropped);
            using var doubled = await Put(new Uri(url.AbsoluteUri + "&" + field), Photo);
            await ShouldBeRefused(doubled);
        }

        using var unchanged = await Put(url, Photo);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Bytes_with_another_checksum_than_signed_are_not_stored()
    {
        var upload = Signer.SignPut(Key(), Terms(Photo) with { Sha256 = Sha256("other"u8) }, AWhile);
        upload.Headers["x-amz-checksum-sha256"].ShouldBe(Convert.ToBase64String(SHA256.HashData("other"u8)));

        using var asTold = await Put(upload, Photo);
        using var bare = await Put(upload.Url, Photo);

        await ShouldBeRefused(asTold, HttpStatusCode.BadRequest);
        await ShouldBeRefused(bare, HttpStatusCode.BadRequest);
        (await bare.Content.ReadAsStringAsync()).ShouldContain("<Code>BadDigest</Code>");
        _host.Drafts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_with_the_signed_checksum_are_stored()
    {
        var upload = Signer.SignPut(Key(), Terms(Photo) with { Sha256 = Sha256(Photo) }, AWhile);

        using var response = await Put(upload, Photo);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_checksum_header_that_was_not_signed_is_refused()
    {
        var upload = Signer.SignPut(Key(), Terms(Photo), AWhile);
        var withHeader = upload with
        {
            Headers = new Dictionary<string, string>(upload.Headers) { ["x-amz-checksum-sha256"] = Convert.ToBase64String(SHA256.HashData(Photo)) },
        };

        using var response = await Put(withHeader, Photo);

        await ShouldBeRefused(response);
    }

    [Fact]
    public async Task An_upload_that_is_cut_off_leaves_no_draft()
    {
        var upload = Signer.SignPut(Key(), Terms(new byte[300_000]), AWhile);
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync(upload.Url.Host, upload.Url.Port);
            var head = $"PUT {upload.Url.PathAndQuery} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: 300000\r\n\r\n";
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(head));
            await client.GetStream().WriteAsync(new byte[150_000]);
            await Eventually.True(() => _host.Drafts.Any(), "the server has begun to write");
            client.Client.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        await Eventually.True(() => !_host.Drafts.Any(), "the draft of a broken upload is removed");
        (await Store.HeadAsync(Key(), default)).ShouldBeNull();
        await Eventually.True(() => _host.Log.Lines.Any(line => line.Contains("incomplete_body", StringComparison.Ordinal)), "the refusal is logged");
        _host.Log.Lines.ShouldNotContain(line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upload_above_the_servers_own_body_limit_is_taken_if_it_was_signed()
    {
        var body = new byte[40 * 1024 * 1024];
        using var response = await Put(Signer.SignPut(Key(), Terms(body), AWhile).Url, body);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_log_tells_key_and_reason_and_never_the_query()
    {
        var upload = Signer.SignPut(Key(), Terms(Photo), AWhile);
        using var refused = await Put(upload.Url, Photo, "image/png");
        using var stored = await Put(upload.Url, Photo);

        _host.Log.Lines.ShouldContain($"Information: Refused PUT of {Key()}: wrong_content_type");
        _host.Log.Lines.ShouldNotContain(line => line.Contains("signature=", StringComparison.Ordinal));
        (await refused.Content.ReadAsStringAsync()).ShouldNotContain(Key().Value);
    }

    [Fact]
    public async Task A_length_that_is_not_told_is_answered_with_411()
    {
        var upload = Signer.SignPut(Key(), Terms(Photo), AWhile);
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.Url) { Content = new ByteArrayContent(Photo) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "image/jpeg");
        request.Headers.TransferEncodingChunked = true;

        using var response = await Http.SendAsync(request);

        await ShouldBeRefused(response, HttpStatusCode.LengthRequired);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(604_801)]
    public void A_url_is_valid_between_a_second_and_a_week(int seconds)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Signer.SignGet(Key(), TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void Terms_that_could_forge_a_line_of_what_is_signed_are_refused()
    {
        Should.Throw<ArgumentException>(() => Signer.SignPut(Key(), Terms(Photo) with { ContentType = "image/jpeg\n5" }, AWhile));
        Should.Throw<ArgumentException>(() => Signer.SignPut(Key(), Terms(Photo) with { Length = -1 }, AWhile));
        Should.Throw<ArgumentException>(() => Signer.SignPut(Key(), Terms(Photo) with { Sha256 = "AB" }, AWhile));
        Should.Throw<ArgumentException>(() => Signer.SignGet(ObjectKey.Parse("public/x"), AWhile));
    }

    [Fact]
    public void The_signing_key_is_the_owners_alone_and_stays_the_same()
    {
        _ = Signer;
        File.ReadAllBytes(_host.SigningKeyPath).Length.ShouldBe(32);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(_host.SigningKeyPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        DiskSigningKey.LoadOrCreate(_host.SigningKeyPath).ShouldBe(File.ReadAllBytes(_host.SigningKeyPath));
    }

    [Fact]
    public async Task Many_that_start_at_once_agree_on_one_signing_key()
    {
        using var folder = new TempFolder();
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => DiskSigningKey.LoadOrCreate(folder["key"]))));

        keys.Select(Convert.ToHexString).Distinct().ShouldHaveSingleItem();
        Directory.GetFiles(folder.Path).ShouldHaveSingleItem();
    }

    protected override Task<PresignedUpload> ExpiredPut(ObjectKey key, UploadTerms terms)
    {
        var upload = Signer.SignPut(key, terms, AWhile);
        _host.Time.Advance(AWhile + TimeSpan.FromSeconds(1));
        return Task.FromResult(upload);
    }

    protected override Task<Uri> ExpiredGet(ObjectKey key)
    {
        var url = Signer.SignGet(key, AWhile);
        _host.Time.Advance(AWhile + TimeSpan.FromSeconds(1));
        return Task.FromResult(url);
    }

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
