using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Tests;

public sealed class ConfigurationTests : IDisposable
{
    private readonly CliRun _run = new();
    private readonly List<string> _notices = [];

    public ConfigurationTests() => _run.Variables.Remove("PIPELINE_TOKEN");

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Without_anything_it_is_the_local_server_and_no_token() =>
        Resolve().ShouldBe(new Connection(new Uri("http://localhost:4000/"), null));

    [Fact]
    public void The_config_file_goes_before_the_default()
    {
        _run.ConfigFile("""{ "server": "https://file.example.com", "token": "of-file" }""");

        Resolve().ShouldBe(new Connection(new Uri("https://file.example.com/"), "of-file"));
    }

    [Fact]
    public void The_environment_goes_before_the_config_file()
    {
        _run.ConfigFile("""{ "server": "https://file.example.com", "token": "of-file" }""");
        _run.Variables["PIPELINE_SERVER"] = "https://env.example.com/base";
        _run.Variables["PIPELINE_TOKEN"] = "of-env";

        Resolve().ShouldBe(new Connection(new Uri("https://env.example.com/base/"), "of-env"));
    }

    [Fact]
    public void The_command_line_goes_before_the_environment()
    {
        _run.Variables["PIPELINE_SERVER"] = "https://env.example.com";
        _run.Variables["PIPELINE_TOKEN"] = "of-env";

        Resolve(server: "https://option.example.com", token: "of-option")
            .ShouldBe(new Connection(new Uri("https://option.example.com/"), "of-option"));
    }

    [Fact]
    public void The_files_token_alone_serves_any_server()
    {
        _run.ConfigFile("""{ "token": "of-file" }""");

        Resolve(server: "https://option.example.com").Token.ShouldBe("of-file");
    }

    [Fact]
    public void The_token_of_the_files_server_is_not_shown_to_another_one()
    {
        _run.ConfigFile("""{ "server": "https://file.example.com", "token": "of-file" }""");

        Resolve(server: "https://option.example.com").Token.ShouldBeNull();
    }

    [Fact]
    public void The_config_home_and_a_named_file_are_found()
    {
        _run.ConfigFile("""{ "token": "of-xdg" }""", "xdg/pipeline");
        _run.Variables["XDG_CONFIG_HOME"] = Path.Combine(_run.Folder, "xdg");
        Resolve().Token.ShouldBe("of-xdg");

        Resolve(config: _run.ConfigFile("""{ "token": "of-named" }""", "other")).Token.ShouldBe("of-named");
    }

    [Theory]
    [InlineData("http://images.example.com")]
    [InlineData("http://10.0.0.8:4000")]
    [InlineData("http://localhost.example.com")]
    public void A_token_never_goes_over_plain_http_to_another_machine(string server)
    {
        Should.Throw<CliFailure>(() => Resolve(server, token: "t")).ExitCode.ShouldBe(ExitCode.Usage);
        Resolve(server, token: "t", insecure: true).Token.ShouldBe("t");
    }

    [Theory]
    [InlineData("http://localhost:4000")]
    [InlineData("http://127.0.0.1:4000")]
    [InlineData("http://[::1]:4000")]
    [InlineData("https://images.example.com")]
    public void It_goes_to_this_machine_and_over_https(string server) => Resolve(server, token: "t").Token.ShouldBe("t");

    [Theory]
    [InlineData("images.example.com")]
    [InlineData("ftp://images.example.com")]
    [InlineData("/etc/passwd")]
    [InlineData("https://user:secret@images.example.com")]
    [InlineData("https://images.example.com?x=1")]
    public void What_is_no_server_address_is_refused(string server) =>
        Should.Throw<CliFailure>(() => Resolve(server)).ExitCode.ShouldBe(ExitCode.Usage);

    [Fact]
    public void A_token_with_a_line_break_in_it_is_refused_and_not_quoted() =>
        Should.Throw<CliFailure>(() => Resolve(token: "abc\r\ndef")).Message.ShouldNotContain("abc");

    [Theory]
    [InlineData("""{ "tokn": "of-file" }""")]
    [InlineData("""{ "token": of-file }""")]
    [InlineData("[]")]
    public void A_config_file_that_is_wrong_is_refused_and_not_quoted(string json)
    {
        var path = _run.ConfigFile(json);

        var failure = Should.Throw<CliFailure>(() => Resolve());

        failure.Message.ShouldContain(path);
        failure.Message.ShouldNotContain("of-file");
    }

    [Fact]
    public void A_named_config_file_must_be_there() =>
        Should.Throw<CliFailure>(() => Resolve(config: Path.Combine(_run.Folder, "none.json"))).ExitCode.ShouldBe(ExitCode.Usage);

    [Fact]
    public void A_token_that_others_can_read_is_told()
    {
        var path = _run.ConfigFile("""{ "token": "of-file" }""");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Resolve();

        _notices.ShouldHaveSingleItem().ShouldContain("chmod 600");
    }

    [Fact]
    public async Task Without_a_token_nothing_is_asked()
    {
        await using var api = await ScriptedApi.StartAsync();

        (await _run.AgainstAsync(api, "assets")).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("PIPELINE_TOKEN");
        api.Requests.ShouldBeEmpty();
    }

    private Connection Resolve(string? server = null, string? token = null, string? config = null, bool insecure = false)
    {
        _run.Variables["HOME"] = _run.Folder;
        var environment = CliEnvironment.OfThisProcess() with { Variable = name => _run.Variables.GetValueOrDefault(name) };
        return Connection.Resolve(new ConnectionRequest(server, token, config, insecure), environment, _notices.Add);
    }
}
