using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

static class TokenCommand
{
    public static Command Create(GlobalOptions global, Surroundings around)
    {
        var user = new Option<string>("--user") { Description = "Who the token is for", HelpName = "ID", Required = true };
        var role = new Option<string?>("--role") { Description = "A role, such as admin", HelpName = "ROLE" };
        var command = new Command("token", "Gets a token for trying things out; only the embedded server gives one.") { user, role };
        command.SetAction(async (parsed, stop) =>
        {
            using var session = Session.OpenAnonymous(parsed, global, around);
            var token = await session.Api.DevTokenAsync(parsed.GetRequiredValue(user), parsed.GetValue(role), stop);
            session.Screen.Document(new { token });
            session.Screen.Line(token);
            return ExitCode.Done;
        });
        return command;
    }
}
