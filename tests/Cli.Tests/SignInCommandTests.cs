using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary><c>pipeline token</c> and <c>pipeline sign-in</c>, which send the key of the data folder to an embedded server.</summary>
public sealed class SignInCommandTests : ScriptedApiTests
{
    private const string Key = "key-of-this-data-folder";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await File.WriteAllTextAsync(Path.Combine(Run.Folder, "token-key"), Key + "\n");
        Run.Variables["PIPELINE_DATA"] = Run.Folder;
    }

    [Fact]
    public async Task A_token_is_asked_for_with_the_key_and_without_another_token()
    {
        Api.Instead = context => context.Request.Path == "/dev/token" ? Results.Ok(new { token = "fresh" }) : null;

        (await Run.AgainstAsync(Api, "token", "--user", "ana", "--role", "admin")).ShouldBe(ExitCode.Done);

        Run.Out.ShouldBe("fresh" + Environment.NewLine);
        Api.Authorizations.ShouldBe([("/dev/token", null)]);
    }

    [Fact]
    public async Task A_sign_in_link_holds_its_key_where_no_request_sends_it()
    {
        Api.Instead = context => context.Request.Path == "/dev/sign-in-links"
            ? Results.Ok(new { key = "once", expiresAt = "2030-01-01T00:00:00Z" }) : null;

        (await Run.AgainstAsync(Api, "sign-in", "--user", "ana")).ShouldBe(ExitCode.Done);

        Run.Out.ShouldBe($"{Api.Address}#key=once" + Environment.NewLine);
    }

    [Fact]
    public async Task A_server_that_gives_no_tokens_says_where_to_get_one()
    {
        (await Run.AgainstAsync(Api, "token", "--user", "ana")).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain("only an embedded server started by ./run.sh");
    }

    [Fact]
    public async Task A_server_with_another_data_folder_is_named_as_such_and_the_key_is_not_printed()
    {
        Api.Instead = _ => Results.Problem("no", statusCode: 401);

        (await Run.AgainstAsync(Api, "token", "--user", "ana")).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain("--data");
        Run.Error.ShouldNotContain(Key);
    }

    [Fact]
    public async Task Without_the_key_the_error_names_the_file()
    {
        (await Run.AgainstAsync(Api, "token", "--user", "ana", "--data", "/nowhere")).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain("/nowhere/token-key");
    }

    [Fact]
    public async Task The_key_never_leaves_for_another_machine()
    {
        Run.Variables["PIPELINE_SERVER"] = "https://images.example.com";

        (await Run.RunAsync("token", "--user", "ana")).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain("on this machine");
    }
}
