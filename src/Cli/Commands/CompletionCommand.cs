using System.CommandLine;
using Pipeline.Cli.Completion;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

/// <summary>Prints the completion script of a shell.</summary>
static class CompletionCommand
{
    private static readonly Dictionary<string, Func<CompletionModel, string>> Shells = new(StringComparer.Ordinal)
    {
        ["bash"] = BashScript.Write,
        ["zsh"] = ZshScript.Write,
        ["fish"] = FishScript.Write,
    };

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong([.. Shells.Keys]);
        var command = new Command("completion", "Prints the completion script of a shell; use it like: source <(pipeline completion bash)") { shell };
        command.SetAction(parsed =>
        {
            var output = new ConsoleOutput(environment, parsed.GetValue(global.Json));
            var script = Shells[parsed.GetRequiredValue(shell)](CompletionModel.Of(parsed.RootCommandResult.Command));
            output.Document(new { script });
            foreach (var line in script.TrimEnd().Split('\n')) output.Line(line.TrimEnd('\r'));
            return ExitCode.Done;
        });
        return command;
    }
}
