using Microsoft.AspNetCore.Http;
using Pipeline.TestKit;

namespace Pipeline.Cli.Tests;

/// <summary>An error is one line that says what to do, and an exit status for scripts.</summary>
public sealed class ErrorTests : ScriptedApiTests
{
    private const string Id = "0190a5b2-7c3e-7000-8000-0123456789ab";

    [Fact]
    public async Task A_server_that_is_down_is_one_line_and_status_3()
    {
        var port = FreePort.Take();
        Run.Variables["PIPELINE_SERVER"] = $"http://localhost:{port}";

        var photos = Enumerable.Range(0, 5).Select(n => Run.Photo($"{n}.jpg")).ToArray();
        (await Run.RunAsync(["upload", .. photos])).ShouldBe(ExitCode.Unreachable);

        Run.ErrorLines[0].ShouldStartWith($"pipeline: Cannot reach http://localhost:{port}: connection refused. Is the server running?");
        Run.ErrorLines.Count(line => line.Contains("Cannot reach", StringComparison.Ordinal)).ShouldBe(1);
        Run.Error.ShouldNotContain("   at ");
        Run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_look_at_a_server_that_is_down_is_one_line_after_a_few_tries()
    {
        Run.Variables["PIPELINE_SERVER"] = $"http://localhost:{FreePort.Take()}";

        (await Run.RunAsync("asset", Id)).ShouldBe(ExitCode.Unreachable);

        Run.ErrorLines.ShouldHaveSingleItem();
        Run.Waits.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Problem_details_become_one_line_with_fields_and_code()
    {
        Api.Instead = _ => Results.Json(
            new
            {
                title = "Bad input",
                status = 400,
                detail = "The upload cannot be accepted.",
                code = "invalid_request",
                errors = new { contentType = new[] { "must be an image", "is unknown" } },
            },
            contentType: "application/problem+json",
            statusCode: 400);

        (await Run.AgainstAsync(Api, "asset", Id)).ShouldBe(ExitCode.Refused);

        Run.Error.ShouldBe(
            "pipeline: The upload cannot be accepted. [contentType: must be an image, is unknown] (invalid_request)" + Environment.NewLine);
    }

    [Fact]
    public async Task With_json_an_error_is_a_document_too()
    {
        Api.Instead = _ => Results.Json(new { title = "No such asset", code = "not_found" }, statusCode: 404);

        (await Run.AgainstAsync(Api, "asset", Id, "--json")).ShouldBe(ExitCode.Refused);

        Run.Document.GetProperty("error").GetProperty("code").GetString().ShouldBe("not_found");
        Run.ErrorLines.ShouldBe(["pipeline: No such asset (not_found)"]);
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_says_so_and_is_not_quoted()
    {
        Api.Instead = _ => Results.Json(new { detail = $"Bad token {CliRun.Token}.", code = "unauthenticated" }, statusCode: 401);

        (await Run.AgainstAsync(Api, "upload", Run.Photo("a.jpg"), Run.Photo("b.jpg"))).ShouldBe(ExitCode.Usage);

        Run.Error.ShouldContain("The server does not accept the token: Bad token (token). Get a new one, and save it with pipeline login");
    }

    [Theory]
    [InlineData("<html>hello</html>", "text/html", 200)]
    [InlineData("[]", "application/json", 200)]
    [InlineData("null", "application/json", 200)]
    [InlineData("{\"status\":\"ready\"}", "application/json", 200)]
    [InlineData("not found", "text/plain", 404)]
    [InlineData("[1]", "application/problem+json", 418)]
    public async Task An_answer_that_makes_no_sense_is_status_3(string body, string type, int status)
    {
        Api.Instead = _ => Results.Text(body, type, statusCode: status);

        (await Run.AgainstAsync(Api, "asset", Id)).ShouldBe(ExitCode.Unreachable);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain("Is this a Pipeline server");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Api.Instead = context => context.Request.Path == "/elsewhere" ? null : Results.Redirect("/elsewhere");

        (await Run.AgainstAsync(Api, "asset", Id)).ShouldBe(ExitCode.Unreachable);

        Api.Count("GET /elsewhere").ShouldBe(0);
    }

    [Fact]
    public async Task Control_characters_of_a_server_or_a_file_name_never_reach_the_terminal()
    {
        Api.Asset = upload => new
        {
            upload.Id,
            status = "rejected",
            rejection = new { code = "corrupt", reason = "\e]0;owned\a\u009b31mred\u202eback\r\nsecond line" },
        };

        (await Run.AgainstAsync(Api, "upload", Run.Photo("a\e[2Jb.jpg"))).ShouldBe(ExitCode.Refused);

        (Run.Out + Run.Error).Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        Run.Out.ShouldContain("a[2Jb.jpg");
        Run.Out.ShouldContain(@"corrupt: ]0;owned31mred\u{202E}back  second line");
        Run.Out.ShouldNotContain('\u202e');
    }

    [Fact]
    public async Task Markup_in_a_name_is_only_text()
    {
        (await Run.AgainstAsync(Api, "upload", Run.Photo("[bold]x[nonsense.jpg"))).ShouldBe(ExitCode.Done);

        Run.Out.ShouldContain("[bold]x[nonsense.jpg");
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("frobnicate")]
    [InlineData("asset", "../../dev/token")]
    [InlineData("assets", "--limit", "0")]
    [InlineData("assets", "--status", "nice")]
    [InlineData("upload", "x.jpg", "--timeout", "never")]
    [InlineData("upload", "x.jpg", "--timeout", "0")]
    [InlineData("reprocess")]
    [InlineData("token")]
    public async Task Wrong_use_is_one_line_and_status_2_without_a_request(params string[] args)
    {
        (await Run.AgainstAsync(Api, args)).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain("--help");
        Api.Requests.ShouldBeEmpty();
    }
}
