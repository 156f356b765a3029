using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>One line that says what to do, and an exit status that a script can rely on.</summary>
public sealed class ErrorTests : IAsyncLifetime
{
    private const string Id = "0190a5b2-7c3e-7000-8000-0123456789ab";

    private ScriptedApi _api = null!;
    private readonly CliRun _run = new();

    public async Task InitializeAsync() => _api = await ScriptedApi.StartAsync();

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task A_server_that_is_down_is_one_line_and_status_3()
    {
        var port = FreePort();
        _run.Variables["PIPELINE_SERVER"] = $"http://localhost:{port}";

        var photos = Enumerable.Range(0, 5).Select(n => _run.Photo($"{n}.jpg")).ToArray();
        (await _run.RunAsync(["upload", .. photos])).ShouldBe(ExitCode.Unreachable);

        _run.ErrorLines[0].ShouldStartWith($"pipeline: Cannot reach http://localhost:{port}: connection refused. Is the server running?");
        _run.ErrorLines.Count(line => line.Contains("Cannot reach", StringComparison.Ordinal)).ShouldBe(1);
        _run.Error.ShouldNotContain("   at ");
        _run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_look_at_a_server_that_is_down_is_one_line_after_a_few_tries()
    {
        _run.Variables["PIPELINE_SERVER"] = $"http://localhost:{FreePort()}";

        (await _run.RunAsync("asset", Id)).ShouldBe(ExitCode.Unreachable);

        _run.ErrorLines.ShouldHaveSingleItem();
        _run.Clock.Waits.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Problem_details_become_one_line_with_fields_and_code()
    {
        _api.Instead = _ => Results.Json(
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

        (await _run.AgainstAsync(_api, "asset", Id)).ShouldBe(ExitCode.Refused);

        _run.Error.ShouldBe(
            "pipeline: The upload cannot be accepted. [contentType: must be an image, is unknown] (invalid_request)" + Environment.NewLine);
    }

    [Fact]
    public async Task With_json_an_error_is_a_document_too()
    {
        _api.Instead = _ => Results.Json(new { title = "No such asset", code = "not_found" }, statusCode: 404);

        (await _run.AgainstAsync(_api, "asset", Id, "--json")).ShouldBe(ExitCode.Refused);

        _run.Document.GetProperty("error").GetProperty("code").GetString().ShouldBe("not_found");
        _run.ErrorLines.ShouldBe(["pipeline: No such asset (not_found)"]);
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_says_so_and_is_not_quoted()
    {
        _api.Instead = _ => Results.Json(new { detail = $"Bad token {CliRun.Token}.", code = "unauthenticated" }, statusCode: 401);

        (await _run.AgainstAsync(_api, "upload", _run.Photo("a.jpg"), _run.Photo("b.jpg"))).ShouldBe(ExitCode.Usage);

        _run.Error.ShouldContain("The server does not accept the token: Bad token (token). Get a new one: pipeline login keeps it");
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
        _api.Instead = _ => Results.Text(body, type, statusCode: status);

        (await _run.AgainstAsync(_api, "asset", Id)).ShouldBe(ExitCode.Unreachable);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("Is this a Pipeline server");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _api.Instead = context => context.Request.Path == "/elsewhere" ? null : Results.Redirect("/elsewhere");

        (await _run.AgainstAsync(_api, "asset", Id)).ShouldBe(ExitCode.Unreachable);

        _api.Count("GET /elsewhere").ShouldBe(0);
    }

    [Fact]
    public async Task Control_characters_of_a_server_or_a_file_name_never_reach_the_terminal()
    {
        _api.Asset = upload => new
        {
            upload.Id,
            status = "rejected",
            rejection = new { code = "corrupt", reason = "\e]0;owned\a\u009b31mred\u202eback\r\nsecond line" },
        };

        (await _run.AgainstAsync(_api, "upload", _run.Photo("a\e[2Jb.jpg"))).ShouldBe(ExitCode.Refused);

        (_run.Out + _run.Error).Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        _run.Out.ShouldContain("a[2Jb.jpg");
        _run.Out.ShouldContain(@"corrupt: ]0;owned31mred\u{202E}back  second line");
        _run.Out.ShouldNotContain('\u202e');
    }

    [Fact]
    public async Task Markup_in_a_name_is_only_text()
    {
        (await _run.AgainstAsync(_api, "upload", _run.Photo("[bold]x[nonsense.jpg"))).ShouldBe(ExitCode.Done);

        _run.Out.ShouldContain("[bold]x[nonsense.jpg");
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
        (await _run.AgainstAsync(_api, args)).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("--help");
        _api.Requests.ShouldBeEmpty();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
