using System.CommandLine;
using System.CommandLine.Parsing;
using Pipeline.Cli.Commands;
using Pipeline.Cli.Commands.Runs;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Help;
using Pipeline.Cli.Output;

namespace Pipeline.Cli;

/// <summary>The commands, and the one place that turns errors into a line on stderr and an exit code.</summary>
static class CliApp
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var global = new GlobalOptions();
        var root = Root(global, environment);

        // No response files, because the name of a photo may start with "@".
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var output = new ConsoleOutput(environment, parsed.GetValue(global.Json));
        try
        {
            return await RunAsync(root, parsed, environment, output, cancellationToken);
        }
        catch (IOException e)
        {
            // For example stdout goes to a full disk: no JSON document can follow.
            output.Explain(new CliFailure(ExitCode.Unreachable, "io_failed", $"Reading or writing failed: {e.Message}", e));
            return ExitCode.Unreachable;
        }
    }

    private static async Task<int> RunAsync(RootCommand root, ParseResult parsed, CliEnvironment environment, ConsoleOutput output, CancellationToken cancellationToken)
    {
        try
        {
            if (!AsksForHelp(parsed) && (parsed.Errors.Count > 0 || DidYouMean.Explain(parsed) is not null)) throw CliFailure.Usage(WhatIsWrong(parsed));
            if (output.Json && ReferenceEquals(parsed.Action, root.Action)) throw CliFailure.Usage("Name a command. See: pipeline --help");
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = environment.Out,
                    Error = environment.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (PipelineException e)
        {
            var failure = CliFailure.Of(e);
            output.Fail(failure);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.Notice("stopped");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is not IOException)
        {
            // A bug of the CLI. A stack trace does not help the user; type and message are enough for a report.
            output.Fail(CliFailure.Unexpected($"This is a bug in pipeline: {e.GetType().Name}: {e.Message}", e));
            return ExitCode.Unreachable;
        }
    }

    private static RootCommand Root(GlobalOptions global, CliEnvironment environment)
    {
        var root = new RootCommand("Uploads photos to a Pipeline server and shows the results.")
        {
            LoginCommand.Create(global, environment),
            LogoutCommand.Create(global, environment),
            UploadCommand.Create(global, environment),
            AssetCommand.Create(global, environment),
            AssetsCommand.Create(global, environment),
            ReprocessCommand.Create(global, environment),
            RescanCommand.Create(global, environment),
            ApplyCommand.Create(global, environment),
            RunsCommand.Create(global, environment),
            ReconcileCommand.Create(global, environment),
            FailedCommand.Create(global, environment),
            RebuildCommand.Create(global, environment),
            MigrateCommand.Create(global, environment),
            AuditCommand.Create(global, environment),
            FocusCommand.Create(global, environment),
            DeleteCommand.Create(global, environment),
            ListenCommand.Create(global, environment),
            TriggerCommand.Create(global, environment),
            TokenCommand.Create(global, environment),
            SignInCommand.Create(global, environment),
            DoctorCommand.Create(global, environment),
            JobsCommand.Create(global, environment),
            CostCommand.Create(global, environment),
            CapacityCommand.Create(global, environment),
            QueuesCommand.Create(global, environment),
            CorsCommand.Create(global, environment),
            CompletionCommand.Create(global, environment),
        };
        global.AddTo(root);
        HelpWithExitCodes.AddTo(root);
        return root;
    }

    private static bool AsksForHelp(ParseResult parsed) => parsed.Action is HelpWithExitCodes && parsed.UnmatchedTokens.Count == 0;

    private static string WhatIsWrong(ParseResult parsed)
    {
        var command = "";
        for (var at = parsed.CommandResult; at is { Command: not RootCommand }; at = at.Parent as CommandResult) command = $" {at.Command.Name}{command}";
        var errors = DidYouMean.Explain(parsed) ?? string.Join(" ", parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal));
        return $"{errors} See: pipeline{command} --help";
    }
}
