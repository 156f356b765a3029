using System.CommandLine;
using Pipeline.Cli.Api;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

static class TokenCommand
{
    public static Command Create(GlobalOptions global, Surroundings around)
    {
        var (user, role, key) = (SignInCommand.User(), SignInCommand.Role(), new TokenKeyFile(around));
        var command = new Command("token", "Gets a token for trying things out; only an embedded server on this machine gives one.") { user, role, key.Folder };
        command.SetAction(async (parsed, stop) =>
        {
            using var session = Session.OpenAnonymous(parsed, global, around);
            var request = new TokenRequest(key.Read(parsed, session.Server), parsed.GetRequiredValue(user), parsed.GetValue(role));
            var token = await session.Api.DevTokenAsync(request, stop);
            session.Screen.Document(new { token });
            session.Screen.Line(token);
            return ExitCode.Done;
        });
        return command;
    }
}
