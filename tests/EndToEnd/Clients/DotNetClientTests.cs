using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Client;

namespace Pipeline.EndToEnd.Clients;

/// <summary>The .NET client against the embedded server.</summary>
public sealed class DotNetClientTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private Server _server = null!;
    private Person _person = null!;
    private PipelineClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await Server.StartAsync(PartedPhoto.Settings);
        _person = await _server.PersonAsync();
        _client = new PipelineClient(_server.Address, _person.Token);
        await File.WriteAllBytesAsync(_folder["beach.jpg"], PlainPhoto.Bytes);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _person.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_becomes_a_ready_asset_and_its_progress_is_told()
    {
        var progress = new List<UploadProgress>();
        var asset = await _client.UploadAsync(_folder["beach.jpg"], new UploadOptions { Profile = "web", Progress = step => { lock (progress) progress.Add(step); } });

        (asset.Status, asset.Filename, asset.Size).ShouldBe(("ready", "beach.jpg", PlainPhoto.Bytes.Length));
        asset.Variants.ShouldNotBeNull().ShouldContain(variant => variant.Name == "w320" && variant.Url != null);
        progress.ShouldContain(step => step.BytesSent == PlainPhoto.Bytes.Length && step.Asset == null);
        progress[^1].Asset.ShouldNotBeNull().IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task A_large_file_goes_in_parts()
    {
        await File.WriteAllBytesAsync(_folder["large.jpg"], PartedPhoto.Bytes);

        var asset = await _client.UploadAsync(_folder["large.jpg"], new UploadOptions { ResumeFolder = _folder["resume"] });

        (asset.Status, asset.Size).ShouldBe(("ready", PartedPhoto.Bytes.Length));
        Directory.GetFiles(_folder["resume"], "*", SearchOption.AllDirectories).ShouldBeEmpty("a complete upload is forgotten");
    }

    [Fact]
    public async Task Of_several_files_each_has_its_own_result_in_the_order_of_the_request()
    {
        await File.WriteAllTextAsync(_folder["notes.txt"], "no photo");
        await File.WriteAllTextAsync(_folder["broken.jpg"], "no photo either");
        await File.WriteAllTextAsync(_folder["empty.jpg"], "");

        var files = await _client.UploadAllAsync([_folder["notes.txt"], _folder["beach.jpg"], _folder["broken.jpg"], _folder["empty.jpg"], _folder["none.jpg"]]);

        (files[0].Failure?.Kind, files[0].Failure?.Code).ShouldBe((FailureKind.Refused, "unsupported_type"));
        files[1].Asset.ShouldNotBeNull().IsReady.ShouldBeTrue();
        (files[2].Failure, files[2].Asset?.Status).ShouldBe((null, "rejected"));
        files.Skip(3).ShouldAllBe(file => file.Failure!.Kind == FailureKind.File);
    }

    [Fact]
    public async Task A_program_that_sends_the_bytes_by_itself_presigns_and_confirms()
    {
        var key = Guid.NewGuid().ToString();
        var file = new NewFile("a.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        var upload = await _client.PresignAsync(file, idempotencyKey: key);
        (await _client.PresignAsync(file, idempotencyKey: key)).Id.ShouldBe(upload.Id);
        upload.ToString().ShouldNotContain("http", customMessage: "the URL is a secret");
        using var http = new HttpClient();
        using var body = new ByteArrayContent(PlainPhoto.Bytes) { Headers = { ContentType = new("image/jpeg") } };
        using var put = await http.PutAsync(new Uri((await _client.SignAgainAsync(upload.Id)).UploadUrl), body);

        (await _client.ConfirmAsync(upload.Id)).ShouldBeOneOf("queued", "processing", "ready");
        (await _client.WaitAsync(upload.Id, TimeSpan.FromMinutes(1))).IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task Assets_are_listed_changed_and_deleted()
    {
        var asset = await _client.UploadAsync(_folder["beach.jpg"], new UploadOptions { Temporary = true });

        (asset.Temporary, asset.Visibility).ShouldBe((true, "public"));
        (await _client.KeepAsync([asset.Id, Guid.NewGuid().ToString()])).Select(kept => (kept.Success, kept.Error?.Code)).ShouldBe([(true, null), (false, "not_found")]);
        (await _client.SetVisibilityAsync(asset.Id, "private")).Visibility.ShouldBe("private");
        var original = await _client.DownloadUrlAsync(asset.Id, validFor: TimeSpan.FromSeconds(30));
        using (var http = new HttpClient()) (await http.GetByteArrayAsync(original.Url)).ShouldBe(PlainPhoto.Bytes);
        (await _client.PictureAsync(asset.Id, alt: "<b>")).Html.ShouldContain("alt=\"&lt;b&gt;\"");
        (await _client.ListAsync().ToListAsync()).ShouldHaveSingleItem().Temporary.ShouldBeFalse();
        (await _client.TimelineAsync(asset.Id)).Select(line => line.Kind).ShouldContain("ready");
        await _client.DeleteAsync(asset.Id);
        (await Should.ThrowAsync<PipelineException>(() => _client.DownloadUrlAsync(asset.Id))).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task Limits_and_failures_are_typed()
    {
        var limits = await _client.LimitsAsync();
        (limits.MaxBytes, limits.MaxFiles).ShouldBe((30_000_000, 100));
        limits.Quotas.ShouldContain(quota => quota.Limit == "user_bytes_stored" && quota.Max == null);

        using var stranger = new PipelineClient(_server.Address, "no-token");
        (await Should.ThrowAsync<PipelineException>(() => stranger.LimitsAsync())).Kind.ShouldBe(FailureKind.Unauthorized);
        using var lost = new PipelineClient(new PipelineClientOptions
        {
            Server = new Uri("http://127.0.0.1:1"), Token = _ => ValueTask.FromResult<string?>("t"), Limits = new RequestLimits { Tries = 1 },
        });
        (await Should.ThrowAsync<PipelineException>(() => lost.LimitsAsync())).ShouldSatisfyAllConditions(
            e => e.Kind.ShouldBe(FailureKind.Unreachable), e => e.Code.ShouldBe("unreachable"));
        Should.Throw<ArgumentException>(() => new PipelineClient(new Uri("ftp://example.com"), "t"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_come_in_order_and_go_on_after_the_last_one(bool isStream)
    {
        IAsyncEnumerable<PipelineEvent> Follow(string? after) => isStream ? _client.StreamEventsAsync(after, ["asset.ready"]) : _client.EventsAsync(after, ["asset.ready"]);
        var first = await _client.UploadAsync(_folder["beach.jpg"]);
        var seen = await _client.EventsAsync(types: ["asset.ready"]).FirstAsync();
        (seen.Type, seen.Asset?.Id).ShouldBe(("asset.ready", first.Id));

        var second = await _client.UploadAsync(_folder["beach.jpg"]);

        (await Follow(seen.Id).FirstAsync()).Asset?.Id.ShouldBe(second.Id);
    }

    [Fact]
    public void A_webhook_is_verified_by_its_signature_and_its_time()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var time = new ManualTime();
        var verifier = new WebhookVerifier(time, $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}", $"whsec_{Convert.ToBase64String(key)}");
        var body = """{"id":"e1","type":"asset.ready","timestamp":"2026-01-01T00:00:00Z","data":{"id":"a1","status":"ready"}}"""u8.ToArray();
        var stamp = $"{time.GetUtcNow().ToUnixTimeSeconds()}";
        byte[] signed = [.. Encoding.UTF8.GetBytes($"e1.{stamp}."), .. body];
        var signature = $"v1,x v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";

        verifier.Verify("e1", stamp, signature, body).ShouldNotBeNull().Asset.ShouldNotBeNull().Id.ShouldBe("a1");

        verifier.Verify("e2", stamp, signature, body).ShouldBeNull();
        verifier.Verify("e1", stamp, signature, "{}"u8).ShouldBeNull();
        verifier.Verify("e1", stamp, "v1,", body).ShouldBeNull();
        verifier.Verify("e1", "now", signature, body).ShouldBeNull();
        verifier.Verify(null, stamp, null, body).ShouldBeNull();
        time.Advance(TimeSpan.FromSeconds(301));
        verifier.Verify("e1", stamp, signature, body).ShouldBeNull("it is too old");
        Should.Throw<ArgumentException>(() => new WebhookVerifier("secret"));
        Should.Throw<ArgumentException>(() => new WebhookVerifier());
    }

    [Fact]
    public async Task The_sample_uploads_the_files_that_it_is_given()
    {
        var program = Path.Combine(
            AppContext.BaseDirectory.Replace(Path.Combine("tests", "EndToEnd"), Path.Combine("samples", "PhotoUploader"), StringComparison.Ordinal), "Pipeline.PhotoUploader.dll");
        var start = new ProcessStartInfo("dotnet", [program, _folder["beach.jpg"]]) { RedirectStandardOutput = true, UseShellExecute = false };
        (start.Environment["API"], start.Environment["TOKEN"]) = (_server.Address.AbsoluteUri, _person.Token);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(0, output);
        output.ShouldContain("w320 webp http");
    }
}
