using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary><c>pipeline token</c> and <c>pipeline sign-in</c>, which show an embedded server the key in its data folder.</summary>
public sealed class SignInCommandTests : IAsyncLifetime
{
    private const string Key = "key-of-this-data-folder";

    private readonly CliRun _run = new();
    private ScriptedApi _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_run.Folder, "token-key"), Key + "\n");
        _run.Variables["PIPELINE_DATA"] = _run.Folder;
    }

    public async Task DisposeAsync()
    {
        _run.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task A_token_is_asked_for_with_the_key_and_without_another_token()
    {
        _api.Instead = context => context.Request.Path == "/dev/token" ? Results.Ok(new { token = "fresh" }) : null;

        (await _run.AgainstAsync(_api, "token", "--user", "ana", "--role", "admin")).ShouldBe(ExitCode.Done);

        _run.Out.ShouldBe("fresh" + Environment.NewLine);
        _api.Authorizations.ShouldBe([("/dev/token", null)]);
    }

    [Fact]
    public async Task A_sign_in_link_holds_its_key_where_no_request_sends_it()
    {
        _api.Instead = context => context.Request.Path == "/dev/sign-in-links"
            ? Results.Ok(new { key = "once", expiresAt = "2030-01-01T00:00:00Z" }) : null;

        (await _run.AgainstAsync(_api, "sign-in", "--user", "ana")).ShouldBe(ExitCode.Done);

        _run.Out.ShouldBe($"{_api.Address}#key=once" + Environment.NewLine);
    }

    [Fact]
    public async Task A_server_that_gives_no_tokens_says_where_to_get_one()
    {
        (await _run.AgainstAsync(_api, "token", "--user", "ana")).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("only an embedded server does");
    }

    [Fact]
    public async Task A_server_with_another_data_folder_is_named_as_such_and_the_key_is_not_printed()
    {
        _api.Instead = _ => Results.Problem("no", statusCode: 401);

        (await _run.AgainstAsync(_api, "token", "--user", "ana")).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("--data");
        _run.Error.ShouldNotContain(Key);
    }

    [Fact]
    public async Task Without_the_key_the_error_names_the_file()
    {
        (await _run.AgainstAsync(_api, "token", "--user", "ana", "--data", "/nowhere")).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("/nowhere/token-key");
    }

    [Fact]
    public async Task The_key_never_leaves_for_another_machine()
    {
        _run.Variables["PIPELINE_SERVER"] = "https://images.example.com";

        (await _run.RunAsync("token", "--user", "ana")).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("on this machine");
    }
}
