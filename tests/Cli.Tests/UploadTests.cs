using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

public sealed class UploadTests : ScriptedApiTests
{
    [Fact]
    public async Task A_photo_is_put_confirmed_and_its_variants_are_listed()
    {
        var photo = Run.Photo();

        (await Run.AgainstAsync(Api, "upload", photo, "--profile", "avatar", "--urls")).ShouldBe(ExitCode.Done);

        var upload = Api.Uploads.Values.ShouldHaveSingleItem();
        upload.Filename.ShouldBe("photo.jpg");
        upload.Profile.ShouldBe("avatar");
        upload.FileSize.ShouldBe(5000);
        upload.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(photo))));
        upload.Put.ShouldNotBeNull().Bytes.ShouldBe(await File.ReadAllBytesAsync(photo));
        upload.Put.Length.ShouldBe(5000);
        upload.Put.ContentType.ShouldBe("image/jpeg");
        upload.Put.Name.ShouldBe("photo");
        var lines = Run.Out.Split('\n');
        lines[0].ShouldStartWith("FILE");
        lines[1].ShouldMatch($"{photo} +{upload.Id} +ready");
        Run.Out.ShouldMatch($@"w640 +640×480 +webp +12345 +https://cdn\.example\.com/{upload.Id}/w640\.webp\n");
    }

    [Fact]
    public async Task Json_is_one_document_and_stderr_stays_empty()
    {
        var photo = Run.Photo();

        (await Run.AgainstAsync(Api, "upload", photo, "--json")).ShouldBe(ExitCode.Done);

        var document = Run.Document;
        document.GetProperty("total").GetInt32().ShouldBe(1);
        document.GetProperty("ready").GetInt32().ShouldBe(1);
        var upload = document.GetProperty("uploads")[0];
        upload.GetProperty("file").GetString().ShouldBe(photo);
        upload.GetProperty("id").GetString().ShouldBe(Api.Uploads.Keys.Single());
        upload.GetProperty("status").GetString().ShouldBe("ready");
        upload.GetProperty("asset").GetProperty("variants")[0].GetProperty("name").GetString().ShouldBe("w640");
        upload.TryGetProperty("error", out _).ShouldBeFalse();
        Run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_server_adds_to_an_asset_reaches_the_reader_of_json()
    {
        Api.Asset = upload => new { upload.Id, status = "ready", novelty = new { depth = 7 } };

        await Run.AgainstAsync(Api, "upload", Run.Photo(), "--json");

        Run.Document.GetProperty("uploads")[0].GetProperty("asset").GetProperty("novelty").GetProperty("depth").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task Three_files_are_on_their_way_at_once_and_never_four()
    {
        var inFlight = 0;
        var most = 0;
        var three = new TaskCompletionSource();
        var gate = new Lock();
        Api.Instead = context =>
        {
            if (context.Request.Method != "PUT") return null;
            lock (gate) most = Math.Max(most, ++inFlight);
            return null;
        };

        // Each PUT waits until three have begun, so the test hangs, and does not pass, with fewer at once.
        Api.OnPut = () =>
        {
            if (Api.Requests.Count(one => one.StartsWith("PUT", StringComparison.Ordinal)) >= 3) three.TrySetResult();
            return three.Task.WaitAsync(TimeSpan.FromSeconds(30));
        };

        // Each asset needs many polls before it is ready, so that a fourth upload would have time to begin.
        Api.Asset = upload =>
        {
            if (upload.Looks < 20) return new { upload.Id, status = "processing" };
            lock (gate) inFlight--;
            return ScriptedApi.Ready(upload);
        };
        var photos = Enumerable.Range(1, 9).Select(n => Run.Photo($"{n}.jpg", 1000 + n)).ToArray();

        (await Run.AgainstAsync(Api, ["upload", .. photos, "--json"])).ShouldBe(ExitCode.Done);

        most.ShouldBe(3);
        Run.Document.GetProperty("uploads").EnumerateArray().Select(one => one.GetProperty("file").GetString()).ShouldBe(photos);
    }

    [Fact]
    public async Task A_rejected_file_is_named_with_its_reason_and_the_status_is_1()
    {
        Api.Asset = upload => upload.Filename == "bad.jpg"
            ? new { upload.Id, status = "rejected", rejection = new { code = "infected", reason = "Eicar-Test-Signature" } }
            : ScriptedApi.Ready(upload);

        (await Run.AgainstAsync(Api, "upload", Run.Photo("good.jpg"), Run.Photo("bad.jpg"))).ShouldBe(ExitCode.Refused);

        Run.Out.ShouldMatch("good.jpg +[0-9a-f-]+ +ready");
        Run.Out.ShouldMatch("bad.jpg +[0-9a-f-]+ +rejected +infected: Eicar-Test-Signature");
    }

    [Fact]
    public async Task A_failed_file_makes_the_status_1()
    {
        Api.Asset = upload => new { upload.Id, status = "failed", failure = new { code = "store_unavailable", reason = "gave up", attempts = 6 } };

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Refused);

        Run.Out.ShouldContain("store_unavailable: gave up");
    }

    [Fact]
    public async Task Without_waiting_a_confirmed_file_is_enough()
    {
        (await Run.AgainstAsync(Api, "upload", Run.Photo(), "--no-wait")).ShouldBe(ExitCode.Done);

        Run.Out.ShouldContain("queued");
        Api.Count("GET").ShouldBe(0);
    }

    [Fact]
    public async Task Processing_that_takes_too_long_is_told_with_the_command_to_look_again()
    {
        Api.Asset = upload => new { upload.Id, status = "processing" };

        (await Run.AgainstAsync(Api, "upload", Run.Photo(), "--timeout", "30")).ShouldBe(ExitCode.Refused);

        Run.Error.ShouldContain($"Not finished after 30 s: a worker is processing it. The server continues. Check it with: pipeline asset {Api.Uploads.Keys.Single()}");
        Run.Waits[0].ShouldBe(TimeSpan.FromMilliseconds(100));
        Run.Waits.Max().ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task The_upload_url_gets_no_token()
    {
        await Run.AgainstAsync(Api, "upload", Run.Photo());

        Api.Authorizations.ShouldContain(("/api/upload/presigned-urls", $"Bearer {CliRun.Token}"));
        Api.Authorizations.Where(one => one.Path.StartsWith("/store", StringComparison.Ordinal)).ShouldAllBe(one => one.Authorization == null);
    }

    [Fact]
    public async Task A_file_that_the_server_refuses_does_not_keep_the_others_back()
    {
        var first = true;
        Api.Instead = context =>
        {
            if (context.Request.Path != "/api/upload/presigned-urls" || !Interlocked.Exchange(ref first, false)) return null;
            return Results.Json(new { title = "Too large", detail = "At most 10 MB.", code = "too_large" }, statusCode: 400);
        };

        (await Run.AgainstAsync(Api, "upload", Run.Photo("a.jpg"), Run.Photo("b.jpg"), "--json")).ShouldBe(ExitCode.Refused);

        var uploads = Run.Document.GetProperty("uploads").EnumerateArray().ToList();
        uploads.Count(one => one.GetProperty("status").GetString() == "ready").ShouldBe(1);
        uploads.Single(one => one.TryGetProperty("error", out _)).GetProperty("error").GetProperty("code").GetString().ShouldBe("too_large");
    }

    [Fact]
    public async Task A_large_file_arrives_whole()
    {
        var photo = Run.Photo("large.jpg", 9_000_001);

        (await Run.AgainstAsync(Api, "upload", photo)).ShouldBe(ExitCode.Done);

        Api.Uploads.Values.Single().Put!.Holds(await File.ReadAllBytesAsync(photo)).ShouldBeTrue();
    }

    [Fact]
    public async Task At_a_terminal_there_are_bars_and_with_no_color_no_colours()
    {
        using var run = new CliRun { AtTerminal = true };
        run.Variables["NO_COLOR"] = "1";

        (await run.AgainstAsync(Api, "upload", run.Photo("[red]x.jpg"), "--json")).ShouldBe(ExitCode.Done);

        run.Document.GetProperty("ready").GetInt32().ShouldBe(1);
        run.Error.ShouldContain("[red]x.jpg");
        run.Error.ShouldContain("100%");
        run.Error.ShouldNotContain("\e[31m");
    }
}
