using System.CommandLine;
using Pipeline.Cli.Commands;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli;

/// <summary>The commands, and the one place where what went wrong becomes a line on stderr and an exit status.</summary>
static class CliApp
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings around, CancellationToken stop)
    {
        var global = new GlobalOptions();
        var root = Root(global, around);

        // No response files: "@" may start the name of a photo.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var screen = new Screen(around, parsed.GetValue(global.Json));
        try
        {
            if (parsed.Errors.Count > 0) throw CliFailure.Usage(WhatIsWrong(parsed));
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = around.Out,
                    Error = around.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                stop);
        }
        catch (CliFailure failure)
        {
            screen.Fail(failure);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            screen.Notice("stopped");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            // A fault of ours. Whoever uploads a photo can do nothing with a stack trace; type and message are enough to report it.
            screen.Fail(CliFailure.Unexpected($"This is a bug in pipeline: {e.GetType().Name}: {e.Message}", e));
            return ExitCode.Unreachable;
        }
    }

    private static RootCommand Root(GlobalOptions global, Surroundings around)
    {
        var root = new RootCommand("Uploads photos to a Pipeline server and shows what became of them.")
        {
            UploadCommand.Create(global, around),
            AssetCommand.Create(global, around),
            AssetsCommand.Create(global, around),
            ReprocessCommand.Create(global, around),
            FocusCommand.Create(global, around),
            DeleteCommand.Create(global, around),
            TokenCommand.Create(global, around),
            SignInCommand.Create(global, around),
            CorsCommand.Create(global, around),
        };
        global.AddTo(root);
        return root;
    }

    private static string WhatIsWrong(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        var errors = string.Join(" ", parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal));
        return $"{errors} See: pipeline{command} --help";
    }
}
