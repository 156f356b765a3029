using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.Cli.Tests;

/// <summary><c>pipeline token --secret-file</c>, which sends no request.</summary>
public sealed class OfflineTokenTests : IDisposable
{
    private const string Secret = "raw text of thirty-two bytes, and more";
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_token_is_signed_by_the_raw_text_of_the_file()
    {
        (await _run.RunAsync("token", "--secret-file", Write(Secret + "\n"), "--user", "ana", "--role", "admin", "--json")).ShouldBe(ExitCode.Done);

        var read = await new JsonWebTokenHandler().ValidateTokenAsync(_run.Document.GetProperty("token").GetString(), new TokenValidationParameters
        {
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Secret)), ValidateAudience = false, ValidateIssuer = false, ValidateLifetime = false,
        });
        read.IsValid.ShouldBeTrue();
        (read.Claims["userId"], read.Claims["role"]).ShouldBe(("ana", "admin"));
        var token = (JsonWebToken)read.SecurityToken;
        (token.Alg, token.ValidTo - token.IssuedAt).ShouldBe(("HS256", TimeSpan.FromHours(12)));
    }

    [Fact]
    public async Task A_tenant_is_a_claim_of_the_token()
    {
        (await _run.RunAsync("token", "--secret-file", Write(Secret), "--user", "ana", "--tenant", "acme", "--json")).ShouldBe(ExitCode.Done);

        new JsonWebToken(_run.Document.GetProperty("token").GetString()).GetPayloadValue<string>("tenant").ShouldBe("acme");
    }

    [Fact]
    public async Task A_tenant_without_a_secret_file_is_refused()
    {
        (await _run.RunAsync("token", "--user", "ana", "--tenant", "acme")).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("--secret-file");
    }

    [Theory]
    [InlineData("too short")]
    [InlineData("")]
    public async Task A_secret_that_no_host_would_take_is_refused_and_not_shown(string secret)
    {
        (await _run.RunAsync("token", "--secret-file", Write(secret), "--user", "ana")).ShouldBe(ExitCode.Usage);

        var line = _run.ErrorLines.ShouldHaveSingleItem();
        line.ShouldContain("fewer than 32 bytes");
        if (secret.Length > 0) line.ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2147483647")]
    public async Task A_token_is_for_an_hour_to_a_year(string hours)
    {
        (await _run.RunAsync("token", "--secret-file", Write(Secret), "--user", "ana", "--hours", hours)).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("--hours must be 1 to 8784");
    }

    [Theory]
    [InlineData("--user", "")]
    [InlineData("--user", "a\nb")]
    [InlineData("--user", "129 characters")]
    [InlineData("--user", "ana", "--tenant", "bad tenant!")]
    [InlineData("--user", "ana", "--tenant", "")]
    [InlineData("--user", "ana", "--role", "king")]
    [InlineData("--user", "ana", "--role", "Admin")]
    public async Task A_token_that_every_server_would_refuse_is_not_signed(params string[] who)
    {
        if (who is [_, "129 characters"]) who = ["--user", new string('a', 129)];

        (await _run.RunAsync(["token", "--secret-file", Write(Secret), .. who])).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain($"{who[^2]} must");
        _run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_user_of_the_longest_length_is_fine() =>
        (await _run.RunAsync("token", "--secret-file", Write(Secret), "--user", new string('ä', 128), "--tenant", new string('t', 64), "--role", "viewer")).ShouldBe(ExitCode.Done);

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        (await _run.RunAsync("token", "--secret-file", "/nowhere/secret", "--user", "ana")).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("/nowhere/secret");
    }

    private string Write(string secret)
    {
        var file = Path.Combine(_run.Folder, "secret");
        File.WriteAllText(file, secret);
        return file;
    }
}
