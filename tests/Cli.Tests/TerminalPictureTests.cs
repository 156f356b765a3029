using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>The picture of an asset in terminals that can show one.</summary>
public sealed class TerminalPictureTests : IAsyncLifetime
{
    private const string Id = "0190a5b2-7c3e-7000-8000-0123456789ab";
    private static readonly byte[] Picture = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];
    private ScriptedApi _api = null!;
    private string? _authorization = "not asked";
    private string _type = "image/jpeg";

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _api.Instead = Answer;
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData("TERM_PROGRAM", "iTerm.app")]
    [InlineData("TERM_PROGRAM", "WezTerm")]
    [InlineData("LC_TERMINAL", "iTerm2")]
    [InlineData("KONSOLE_VERSION", "240801")]
    public async Task A_terminal_that_can_shows_the_smallest_jpeg_without_the_token(string variable, string value)
    {
        using var run = new CliRun { OutAtTerminal = true };
        run.Variables[variable] = value;

        (await run.AgainstAsync(_api, "asset", Id)).ShouldBe(ExitCode.Done);

        run.Out.ShouldStartWith($"\e]1337;File=inline=1;size={Picture.Length};width=40;preserveAspectRatio=1:{Convert.ToBase64String(Picture)}\a");
        _authorization.ShouldBeNull();
    }

    [Theory]
    [InlineData("TERM_PROGRAM", "Apple_Terminal")]
    [InlineData("KONSOLE_VERSION", "210800")]
    [InlineData("TMUX", "/tmp/tmux-1000/default,1,0")]
    [InlineData("STY", "1.pts-0")]
    public async Task Another_terminal_gets_text_alone(string variable, string value)
    {
        using var run = new CliRun { OutAtTerminal = true };
        if (variable is "TMUX" or "STY") run.Variables["TERM_PROGRAM"] = "iTerm.app";
        run.Variables[variable] = value;

        (await run.AgainstAsync(_api, "asset", Id)).ShouldBe(ExitCode.Done);

        run.Out.ShouldNotContain("1337");
        run.Out.ShouldContain(Id);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_pipe_and_json_get_no_picture(bool atTerminal, bool json)
    {
        using var run = new CliRun { OutAtTerminal = atTerminal };
        run.Variables["TERM_PROGRAM"] = "iTerm.app";

        (await run.AgainstAsync(_api, json ? ["asset", Id, "--json"] : ["asset", Id])).ShouldBe(ExitCode.Done);

        run.Out.ShouldNotContain("1337");
    }

    [Fact]
    public async Task What_is_no_jpeg_is_not_shown()
    {
        _type = "text/html";
        using var run = new CliRun { OutAtTerminal = true };
        run.Variables["TERM_PROGRAM"] = "iTerm.app";

        (await run.AgainstAsync(_api, "asset", Id)).ShouldBe(ExitCode.Done);

        run.Out.ShouldNotContain("1337");
    }

    private IResult? Answer(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/w320.jpg")
        {
            _authorization = context.Request.Headers.Authorization.FirstOrDefault();
            return Results.Bytes(Picture, _type);
        }

        if (path.EndsWith("/timeline", StringComparison.Ordinal)) return Results.Ok(new { events = Array.Empty<object>() });
        if (path != $"/api/assets/{Id}") return null;
        object Variant(string name, long bytes) => new { name, width = 1, height = 1, format = "jpeg", bytes, url = new Uri(_api.Address, $"{name}.jpg").AbsoluteUri };
        return Results.Ok(new { id = Id, status = "ready", variants = new[] { Variant("w1280", 70_000), Variant("w320", 7_000), Variant("w4096", 9_000_000) } });
    }
}
