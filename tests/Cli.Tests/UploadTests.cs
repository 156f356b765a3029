using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

public sealed class UploadTests : IAsyncLifetime
{
    private ScriptedApi _api = null!;
    private readonly CliRun _run = new();

    public async Task InitializeAsync() => _api = await ScriptedApi.StartAsync();

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task A_photo_is_put_confirmed_and_its_variants_are_listed()
    {
        var photo = _run.Photo();

        (await _run.AgainstAsync(_api, "upload", photo, "--profile", "avatar", "--urls")).ShouldBe(ExitCode.Done);

        var upload = _api.Uploads.Values.ShouldHaveSingleItem();
        upload.Filename.ShouldBe("photo.jpg");
        upload.Profile.ShouldBe("avatar");
        upload.FileSize.ShouldBe(5000);
        upload.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(photo))));
        upload.Put.ShouldNotBeNull().Bytes.ShouldBe(await File.ReadAllBytesAsync(photo));
        upload.Put.Length.ShouldBe(5000);
        upload.Put.ContentType.ShouldBe("image/jpeg");
        upload.Put.Name.ShouldBe("photo");
        var lines = _run.Out.Split('\n');
        lines[0].ShouldStartWith("FILE");
        lines[1].ShouldMatch($"{photo} +{upload.Id} +ready");
        _run.Out.ShouldMatch($@"w640 +640×480 +webp +12345 +https://cdn\.example\.com/{upload.Id}/w640\.webp\n");
    }

    [Fact]
    public async Task Json_is_one_document_and_stderr_stays_empty()
    {
        var photo = _run.Photo();

        (await _run.AgainstAsync(_api, "upload", photo, "--json")).ShouldBe(ExitCode.Done);

        var document = _run.Document;
        document.GetProperty("total").GetInt32().ShouldBe(1);
        document.GetProperty("ready").GetInt32().ShouldBe(1);
        var upload = document.GetProperty("uploads")[0];
        upload.GetProperty("file").GetString().ShouldBe(photo);
        upload.GetProperty("id").GetString().ShouldBe(_api.Uploads.Keys.Single());
        upload.GetProperty("status").GetString().ShouldBe("ready");
        upload.GetProperty("asset").GetProperty("variants")[0].GetProperty("name").GetString().ShouldBe("w640");
        upload.TryGetProperty("error", out _).ShouldBeFalse();
        _run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_server_adds_to_an_asset_reaches_the_reader_of_json()
    {
        _api.Asset = upload => new { upload.Id, status = "ready", novelty = new { depth = 7 } };

        await _run.AgainstAsync(_api, "upload", _run.Photo(), "--json");

        _run.Document.GetProperty("uploads")[0].GetProperty("asset").GetProperty("novelty").GetProperty("depth").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task Three_files_are_on_their_way_at_once_and_never_four()
    {
        var inFlight = 0;
        var most = 0;
        var three = new TaskCompletionSource();
        var gate = new Lock();
        _api.Instead = context =>
        {
            if (context.Request.Path != "/api/upload/presigned-url") return null;
            lock (gate) most = Math.Max(most, ++inFlight);
            return null;
        };

        // No file gets past its PUT before three are there, so fewer than three would hang and not pass.
        _api.OnPut = () =>
        {
            if (_api.Requests.Count(one => one.StartsWith("PUT", StringComparison.Ordinal)) >= 3) three.TrySetResult();
            return three.Task.WaitAsync(TimeSpan.FromSeconds(30));
        };

        // Many looks before each is ready: time in which a fourth would show itself.
        _api.Asset = upload =>
        {
            if (upload.Looks < 20) return new { upload.Id, status = "processing" };
            lock (gate) inFlight--;
            return ScriptedApi.Ready(upload);
        };
        var photos = Enumerable.Range(1, 9).Select(n => _run.Photo($"{n}.jpg", 1000 + n)).ToArray();

        (await _run.AgainstAsync(_api, ["upload", .. photos, "--json"])).ShouldBe(ExitCode.Done);

        most.ShouldBe(3);
        _run.Document.GetProperty("uploads").EnumerateArray().Select(one => one.GetProperty("file").GetString()).ShouldBe(photos);
    }

    [Fact]
    public async Task A_rejected_file_is_named_with_its_reason_and_the_status_is_1()
    {
        _api.Asset = upload => upload.Filename == "bad.jpg"
            ? new { upload.Id, status = "rejected", rejection = new { code = "infected", reason = "Eicar-Test-Signature" } }
            : ScriptedApi.Ready(upload);

        (await _run.AgainstAsync(_api, "upload", _run.Photo("good.jpg"), _run.Photo("bad.jpg"))).ShouldBe(ExitCode.Refused);

        _run.Out.ShouldMatch("good.jpg +[0-9a-f-]+ +ready");
        _run.Out.ShouldMatch("bad.jpg +[0-9a-f-]+ +rejected +infected: Eicar-Test-Signature");
    }

    [Fact]
    public async Task A_failed_file_makes_the_status_1()
    {
        _api.Asset = upload => new { upload.Id, status = "failed", failure = new { code = "store_unavailable", reason = "gave up", attempts = 6 } };

        (await _run.AgainstAsync(_api, "upload", _run.Photo())).ShouldBe(ExitCode.Refused);

        _run.Out.ShouldContain("store_unavailable: gave up");
    }

    [Fact]
    public async Task Without_waiting_a_confirmed_file_is_enough()
    {
        (await _run.AgainstAsync(_api, "upload", _run.Photo(), "--no-wait")).ShouldBe(ExitCode.Done);

        _run.Out.ShouldContain("queued");
        _api.Count("GET").ShouldBe(0);
    }

    [Fact]
    public async Task Processing_that_takes_too_long_is_told_with_the_command_to_look_again()
    {
        _api.Asset = upload => new { upload.Id, status = "processing" };

        (await _run.AgainstAsync(_api, "upload", _run.Photo(), "--timeout", "30")).ShouldBe(ExitCode.Refused);

        _run.Error.ShouldContain($"Not finished after 30 s: a worker has it. It goes on at the server. Look again: pipeline asset {_api.Uploads.Keys.Single()}");
        _run.Clock.Waits[0].ShouldBe(TimeSpan.FromMilliseconds(100));
        _run.Clock.Waits.Max().ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task The_upload_url_gets_no_token()
    {
        await _run.AgainstAsync(_api, "upload", _run.Photo());

        _api.Authorizations.ShouldContain(("/api/upload/presigned-url", $"Bearer {CliRun.Token}"));
        _api.Authorizations.Where(one => one.Path.StartsWith("/store", StringComparison.Ordinal)).ShouldAllBe(one => one.Authorization == null);
    }

    [Fact]
    public async Task A_file_that_the_server_refuses_does_not_keep_the_others_back()
    {
        var first = true;
        _api.Instead = context =>
        {
            if (context.Request.Path != "/api/upload/presigned-url" || !Interlocked.Exchange(ref first, false)) return null;
            return Results.Json(new { title = "Too large", detail = "At most 10 MB.", code = "too_large" }, statusCode: 400);
        };

        (await _run.AgainstAsync(_api, "upload", _run.Photo("a.jpg"), _run.Photo("b.jpg"), "--json")).ShouldBe(ExitCode.Refused);

        var uploads = _run.Document.GetProperty("uploads").EnumerateArray().ToList();
        uploads.Count(one => one.GetProperty("status").GetString() == "ready").ShouldBe(1);
        uploads.Single(one => one.TryGetProperty("error", out _)).GetProperty("error").GetProperty("code").GetString().ShouldBe("too_large");
    }

    [Fact]
    public async Task A_large_file_arrives_whole()
    {
        var photo = _run.Photo("large.jpg", 9_000_001);

        (await _run.AgainstAsync(_api, "upload", photo)).ShouldBe(ExitCode.Done);

        _api.Uploads.Values.Single().Put!.Holds(await File.ReadAllBytesAsync(photo)).ShouldBeTrue();
    }

    [Fact]
    public async Task At_a_terminal_there_are_bars_and_with_no_color_no_colours()
    {
        using var run = new CliRun { AtTerminal = true };
        run.Variables["NO_COLOR"] = "1";

        (await run.AgainstAsync(_api, "upload", run.Photo("[red]x.jpg"), "--json")).ShouldBe(ExitCode.Done);

        run.Document.GetProperty("ready").GetInt32().ShouldBe(1);
        run.Error.ShouldContain("[red]x.jpg");
        run.Error.ShouldContain("100%");
        run.Error.ShouldNotContain("\e[31m");
    }
}
