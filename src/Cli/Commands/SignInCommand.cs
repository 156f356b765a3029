using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

/// <summary>Prints a link that signs a browser in at an embedded server, once.</summary>
static class SignInCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var (user, role, key) = (User(), Role(), new TokenKeyFile(environment));
        var command = new Command("sign-in", "Prints a link that signs a browser in, once. Needs an embedded server on this machine.") { user, role, key.Folder };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.OpenAnonymous(parsed, global, environment);
            var request = new TokenRequest(key.Read(parsed, session.Server), parsed.GetRequiredValue(user), parsed.GetValue(role));
            var link = await session.DevTokens.SignInLinkAsync(request, cancellationToken);

            // After the '#', so that requests and logs never contain the key.
            var url = $"{session.Server}#key={link.Key}";
            session.ConsoleOutput.Document(new { url, link.ExpiresAt });
            session.ConsoleOutput.Line(url);
            return ExitCode.Done;
        });
        return command;
    }

    internal static Option<string> User() => new("--user") { Description = "Id of the user", HelpName = "ID", Required = true };

    internal static Option<string?> Role() => new("--role") { Description = "A role: viewer, operator or admin", HelpName = "ROLE" };
}
