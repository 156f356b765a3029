using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

/// <summary>Deletes the values that login saved. The token itself stays valid until it expires.</summary>
static class LogoutCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var command = new Command("logout", "Removes the server and the token that login saved.");
        command.SetAction(parsed =>
        {
            var output = new ConsoleOutput(environment, parsed.GetValue(global.Json));
            var path = ConfigFile.PathOf(global.Read(parsed).ConfigPath, environment);
            var removed = ConfigFile.Delete(path);
            output.Document(new { removed, path });
            output.Line(removed ? $"{path} is removed" : $"nothing is saved: there is no {path}");
            LoginCommand.WarnOfVariables(output.Notice, environment);
            return ExitCode.Done;
        });
        return command;
    }
}
