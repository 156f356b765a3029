using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

/// <summary>Deletes the values that login saved. The token itself stays valid until it expires.</summary>
static class LogoutCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment around)
    {
        var command = new Command("logout", "Forgets the server and the token that login keeps.");
        command.SetAction(parsed =>
        {
            var screen = new ConsoleOutput(around, parsed.GetValue(global.Json));
            var path = ConfigFile.PathOf(global.Read(parsed).ConfigPath, around);
            var removed = ConfigFile.Delete(path);
            screen.Document(new { removed, path });
            screen.Line(removed ? $"{path} is removed" : $"nothing is kept: there is no {path}");
            LoginCommand.WarnOfVariables(screen.Notice, around);
            return ExitCode.Done;
        });
        return command;
    }
}
