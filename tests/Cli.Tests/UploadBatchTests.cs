using Microsoft.AspNetCore.Http;
using Pipeline.Client;

namespace Pipeline.Cli.Tests;

/// <summary>Uploads of many files: a bad file, an interruption, and the output.</summary>
public sealed class UploadBatchTests : ScriptedApiTests
{
    [Fact]
    public async Task A_file_that_the_storage_does_not_take_keeps_no_other_back()
    {
        Api.Instead = context => context.Request.Method == "PUT" && IdOf(context) is { } id && Api.Uploads[id].Filename == "1.jpg"
            ? Results.StatusCode(403) : null;

        (await Run.AgainstAsync(Api, ["upload", .. Photos(9), "--json", "--concurrency", "1"])).ShouldBe(ExitCode.Unreachable);

        Run.Document.GetProperty("ready").GetInt32().ShouldBe(8);
    }

    [Fact]
    public async Task A_connection_that_breaks_for_one_file_keeps_no_other_back()
    {
        Api.Instead = context =>
        {
            if (context.Request.Path != "/api/upload/presigned-urls" || Api.Count("POST /api/upload/presigned-urls") > new RequestLimits().Tries) return null;
            context.Abort();
            return Results.Empty;
        };

        (await Run.AgainstAsync(Api, ["upload", .. Photos(9), "--json", "--concurrency", "1"])).ShouldBe(ExitCode.Unreachable);

        Run.Document.GetProperty("ready").GetInt32().ShouldBe(8);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_not_asked_for_each_of_a_thousand_files()
    {
        Api.Instead = context =>
        {
            context.Abort();
            return Results.Empty;
        };

        (await Run.AgainstAsync(Api, ["upload", .. Photos(100), "--concurrency", "1"])).ShouldBe(ExitCode.Unreachable);

        Api.Requests.Count.ShouldBe(3 * new RequestLimits().Tries);
        Run.ErrorLines[^1].ShouldBe("pipeline: 97 more not uploaded");
    }

    [Fact]
    public async Task Stopped_it_tells_of_each_file_what_is_uploaded_and_what_is_not()
    {
        using var cancellationToken = new CancellationTokenSource();
        Api.OnPut = () => Api.Count("PUT") == 3 ? cancellationToken.CancelAsync() : Task.CompletedTask;

        (await Run.AgainstAsync(Api, cancellationToken.Token, ["upload", .. Photos(5), "--concurrency", "1"])).ShouldBe(ExitCode.Interrupted);

        var ids = Api.Uploads.OrderBy(one => one.Key).Select(one => one.Key).ToList();
        Run.Out.ShouldMatch($"0.jpg +{ids[0]} +ready");
        Run.Out.ShouldMatch($"1.jpg +{ids[1]} +ready");
        Run.Out.ShouldMatch($"2.jpg +{ids[2]} +not ");
        Run.Out.ShouldMatch("3.jpg +not uploaded");
        Run.Out.ShouldMatch("4.jpg +not uploaded");
        Run.ErrorLines[^1].ShouldBe("pipeline: stopped: 2 uploaded, 3 not; run the command again with --skip-existing to upload the rest");
        Run.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Stopped_while_it_waits_it_tells_of_what_is_in_work()
    {
        using var cancellationToken = new CancellationTokenSource();
        Api.Asset = upload =>
        {
            if (upload.Looks == 3) cancellationToken.Cancel();
            return new { upload.Id, status = "processing" };
        };

        (await Run.AgainstAsync(Api, cancellationToken.Token, "upload", Run.Photo(), "--json")).ShouldBe(ExitCode.Interrupted);

        Run.Document.GetProperty("stopped").GetBoolean().ShouldBeTrue();
        Run.Document.GetProperty("uploads")[0].GetProperty("status").GetString().ShouldBe("processing");
        Run.ErrorLines.ShouldHaveSingleItem().ShouldBe("pipeline: stopped: 1 uploaded, 0 not");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public async Task On_a_terminal_the_screen_shows_the_files_on_their_way_and_how_many_are_done(int count)
    {
        using var run = new CliRun { AtTerminal = true };
        var photos = Enumerable.Range(0, count).Select(n => run.Photo($"photo-{n}.jpg")).ToArray();
        Api.Asset = upload => upload.Looks < 3 ? new { upload.Id, status = "processing" } : ScriptedApi.Ready(upload);

        (await run.AgainstAsync(Api, ["upload", .. photos])).ShouldBe(ExitCode.Done);

        for (var n = 0; n < count; n++)
        {
            run.Error.ShouldMatch($"photo-{n}.jpg +processing");
            run.Error.ShouldContain($"{n} of {count} done");
        }

        run.Error.ShouldContain($"{count} of {count} done, 100% of");
    }

    [Fact]
    public async Task A_terminal_that_is_dumb_gets_plain_lines()
    {
        using var run = new CliRun { AtTerminal = true };
        run.Variables["TERM"] = "dumb";
        var photo = run.Photo();

        (await run.AgainstAsync(Api, "upload", photo)).ShouldBe(ExitCode.Done);

        run.ErrorLines.ShouldBe([$"pipeline: {photo}: uploaded 5000 bytes", $"pipeline: {photo}: ready"]);
    }

    [Fact]
    public async Task As_many_files_are_on_their_way_as_asked_for()
    {
        var five = new TaskCompletionSource();
        Api.OnPut = () =>
        {
            // Each PUT waits until five have begun, so the test hangs, and does not pass, with fewer at once.
            if (Api.Count("PUT") >= 5) five.TrySetResult();
            return five.Task.WaitAsync(TimeSpan.FromSeconds(30));
        };

        (await Run.AgainstAsync(Api, ["upload", .. Photos(5), "--concurrency", "5"])).ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task Each_photo_is_one_line_and_urls_are_printed_when_asked_for()
    {
        var photos = Photos(2);

        (await Run.AgainstAsync(Api, ["upload", .. photos])).ShouldBe(ExitCode.Done);
        Run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3, "a header and two photos");
        Run.Out.ShouldNotContain("https://");

        (await Run.AgainstAsync(Api, ["upload", .. photos, "--urls"])).ShouldBe(ExitCode.Done);
        Run.Out.ShouldContain("https://cdn.example.com/");
    }

    [Fact]
    public async Task Ids_only_are_those_of_what_is_ready_and_the_rest_is_told_on_stderr()
    {
        Api.Asset = upload => upload.Filename == "1.jpg"
            ? new { upload.Id, status = "rejected", rejection = new { code = "infected", reason = "Eicar" } }
            : ScriptedApi.Ready(upload);

        (await Run.AgainstAsync(Api, ["upload", .. Photos(3), "nowhere.jpg", "--ids", "--quiet", "--concurrency", "1"])).ShouldBe(ExitCode.Refused);

        var ids = Api.Uploads.OrderBy(one => one.Key).Select(one => one.Key).ToList();
        Run.Out.ShouldBe($"{ids[0]}{Environment.NewLine}{ids[2]}{Environment.NewLine}");
        Run.ErrorLines.ShouldBe([
            $"pipeline: {Path.Combine(Run.Folder, "1.jpg")}: rejected {ids[1]}: infected: Eicar",
            "pipeline: nowhere.jpg: does not exist (unusable_file)",
        ]);
    }

    [Fact]
    public async Task Quiet_says_nothing_when_all_is_well()
    {
        using var run = new CliRun { AtTerminal = true };

        (await run.AgainstAsync(Api, "upload", run.Photo(), "-q")).ShouldBe(ExitCode.Done);

        run.Out.ShouldBeEmpty();
        run.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--ids", "--json")]
    [InlineData("--ids", "--urls")]
    [InlineData("--concurrency", "0")]
    [InlineData("--concurrency", "many")]
    public async Task What_does_not_go_together_is_told_before_anything_is_sent(params string[] options)
    {
        (await Run.AgainstAsync(Api, ["upload", Run.Photo(), .. options])).ShouldBe(ExitCode.Usage);

        Api.Requests.ShouldBeEmpty();
    }

    private string[] Photos(int count) => [.. Enumerable.Range(0, count).Select(n => Run.Photo($"{n}.jpg", 1000 + n))];

    private static string? IdOf(HttpContext context) => context.Request.Path.Value?.Split('/')[^1];
}
