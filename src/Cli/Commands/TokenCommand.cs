using System.CommandLine;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

/// <summary>Prints a token from an embedded server, or signs one locally with the given secret.</summary>
static class TokenCommand
{
    private const int MinSecretBytes = 32;
    private const int DefaultHours = 12;
    private const int MaxHours = 24 * 366;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var (user, role, key) = (SignInCommand.User(), SignInCommand.Role(), new TokenKeyFile(environment));
        var secretFile = new Option<string?>("--secret-file") { Description = "Sign the token without a server, with the secret in this file: JWT_SECRET as raw text", HelpName = "FILE" };
        var hours = new Option<int>("--hours") { Description = "How many hours a token signed with --secret-file is valid", HelpName = "N", DefaultValueFactory = _ => DefaultHours };
        var tenant = new Option<string?>("--tenant") { Description = "The tenant of a token signed with --secret-file; without it the tenant is 'default'", HelpName = "ID" };
        var command = new Command("token", "Gets a token from an embedded server on this machine, or signs one with --secret-file.")
        {
            user, role, tenant, secretFile, hours, key.Folder,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (userId, roleName) = (parsed.GetRequiredValue(user), parsed.GetValue(role));
            TokenClaims.Check(userId, roleName, parsed.GetValue(tenant));
            if (parsed.GetValue(secretFile) is { } file)
            {
                Print(new ConsoleOutput(environment, parsed.GetValue(global.Json)), Sign(ReadSecret(file), userId, roleName, parsed.GetValue(tenant), parsed.GetValue(hours), environment.Time));
                return ExitCode.Done;
            }

            if (parsed.GetValue(tenant) is not null) throw CliFailure.Usage("--tenant needs --secret-file: an embedded server gives tokens of its default tenant only");
            using var session = Session.OpenAnonymous(parsed, global, environment);
            Print(session.ConsoleOutput, await session.DevTokens.TokenAsync(new TokenRequest(key.Read(parsed, session.Server), userId, roleName), cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(ConsoleOutput output, string token)
    {
        output.Document(new { token });
        output.Line(token);
    }

    private static string Sign(string secret, string userId, string? role, string? tenant, int hours, TimeProvider time)
    {
        if (hours is < 1 or > MaxHours) throw CliFailure.Usage($"--hours must be 1 to {MaxHours}, a year");
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["userId"] = userId };
        if (role is not null) claims["role"] = role;
        if (tenant is not null) claims["tenant"] = tenant;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            IssuedAt = now.UtcDateTime,
            Expires = now.AddHours(hours).UtcDateTime,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256),
        });
    }

    // Read like JWT_SECRET_FILE in the hosts: the trimmed text itself, not decoded from base64 or hex.
    private static string ReadSecret(string file)
    {
        string secret;
        try
        {
            secret = File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot read {file}: {e.Message}");
        }

        return Encoding.UTF8.GetByteCount(secret) >= MinSecretBytes
            ? secret
            : throw CliFailure.Usage($"The secret in {file} has fewer than {MinSecretBytes} bytes, so every host refuses it");
    }
}
