using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

public sealed class LoginTests : ScriptedApiTests
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Run.Typed = $"{CliRun.Token}\n";
        Run.Variables.Remove("PIPELINE_TOKEN");
        Api.Instead = context => context.Request.Path != "/api/assets" ? null
            : context.Request.Headers.Authorization == $"Bearer {CliRun.Token}" ? Results.Ok(new { items = Array.Empty<object>() })
            : Results.Json(new { detail = "Bad token.", code = "unauthorized" }, statusCode: 401);
    }

    private string ConfigPath => Path.Combine(Run.Folder, ".config/pipeline/config.json");

    private string Server => Api.Address.ToString().TrimEnd('/');

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_is_typed_or_piped_is_kept_for_later_commands_and_for_nobody_else(bool terminal)
    {
        using var run = new CliRun { Typed = $"{CliRun.Token}\n", AtTerminal = terminal };
        run.Variables.Remove("PIPELINE_TOKEN");
        var path = Path.Combine(run.Folder, ".config/pipeline/config.json");

        (await run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Done);

        run.Out.ShouldBe($"signed in at {Server}; server and token are saved in {path}{Environment.NewLine}");
        (await File.ReadAllTextAsync(path)).ShouldContain(CliRun.Token);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(path)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFiles(Path.GetDirectoryName(path)!).ShouldBe([path]);
        (await run.RunAsync("assets")).ShouldBe(ExitCode.Done);
        if (terminal) run.Error.ShouldStartWith($"Token for {Server} (input is hidden): ");
    }

    [Fact]
    public async Task The_config_home_and_a_named_file_are_written_to()
    {
        Run.Variables["XDG_CONFIG_HOME"] = Path.Combine(Run.Folder, "xdg");
        (await Run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Done);
        File.Exists(Path.Combine(Run.Folder, "xdg/pipeline/config.json")).ShouldBeTrue();

        var named = Path.Combine(Run.Folder, "named.json");
        (await Run.RunAsync("login", "--server", Server, "--config", named)).ShouldBe(ExitCode.Done);
        (await Run.RunAsync("assets", "--config", named)).ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_file_that_others_could_read_is_replaced_by_one_that_they_cannot()
    {
        File.SetUnixFileMode(Run.ConfigFile("""{ "token": "old" }"""), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        (await Run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Done);

        File.GetUnixFileMode(ConfigPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_token_that_the_server_does_not_accept_is_not_kept()
    {
        Run.Typed = "some-other-token";

        (await Run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Usage);

        Run.Error.ShouldContain("does not accept the token");
        File.Exists(ConfigPath).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("two\nlines")]
    public async Task What_is_no_token_is_not_sent(string typed)
    {
        Run.Typed = typed;

        (await Run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Usage);

        Api.Requests.ShouldBeEmpty();
        File.Exists(ConfigPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_as_an_argument_is_refused_since_others_see_it()
    {
        (await Run.RunAsync("login", "--server", Server, "--token", CliRun.Token)).ShouldBe(ExitCode.Usage);

        Api.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_option_goes_before_the_environment_and_that_before_login()
    {
        (await Run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Done);
        Run.Variables["PIPELINE_TOKEN"] = "of-env";
        (await Run.RunAsync("assets")).ShouldBe(ExitCode.Usage);
        (await Run.RunAsync("assets", "--token", CliRun.Token)).ShouldBe(ExitCode.Done);

        (await Run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Done);

        Run.ErrorLines[^1].ShouldBe("pipeline: PIPELINE_TOKEN of the environment overrides the saved values");
    }

    [Fact]
    public async Task The_token_is_for_its_server_and_no_other()
    {
        (await Run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Done);

        (await Run.RunAsync("assets", "--server", "https://images.example.com")).ShouldBe(ExitCode.Usage);

        Run.ErrorLines[^1].ShouldStartWith("pipeline: No token for https://images.example.com. Save one with pipeline login");
    }

    [Fact]
    public async Task Logout_forgets_both_and_can_be_repeated()
    {
        (await Run.RunAsync("login", "--server", Server)).ShouldBe(ExitCode.Done);

        (await Run.RunAsync("logout")).ShouldBe(ExitCode.Done);
        (await Run.RunAsync("logout")).ShouldBe(ExitCode.Done);

        File.Exists(ConfigPath).ShouldBeFalse();
        Run.Out.ShouldEndWith($"{ConfigPath} is removed{Environment.NewLine}nothing is saved: there is no {ConfigPath}{Environment.NewLine}");
        (await Run.RunAsync("assets")).ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task With_json_the_document_names_the_file_and_not_the_token()
    {
        (await Run.RunAsync("login", "--server", Server, "--json")).ShouldBe(ExitCode.Done);

        Run.Document.GetProperty("path").GetString().ShouldBe(ConfigPath);
        JsonElement.Parse(await File.ReadAllTextAsync(ConfigPath)).GetProperty("server").GetString().ShouldBe(Server);
    }
}
