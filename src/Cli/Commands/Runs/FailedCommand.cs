using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands.Runs;

static class FailedCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var command = new Command("failed", "Lists the failed assets of your tenant by code, with what to do.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var failed = await session.Runs.FailedAsync(cancellationToken);
            session.ConsoleOutput.Document(failed.Json);
            if (failed.Value.Items.Length == 0) session.ConsoleOutput.Line("no failed assets");
            var table = new TextTable("CODE", "COUNT", "FIRST", "LAST", "EXAMPLE", "WHAT TO DO");
            foreach (var code in failed.Value.Items) table.Add(code.Name, $"{code.Count}", AssetView.Time(code.FirstAt), AssetView.Time(code.LastAt), code.ExampleId, code.Advice);
            session.ConsoleOutput.Table(table);
            return ExitCode.Done;
        });
        command.Add(Run("retry", "Processes failed assets once more, as a run.", deletes: false, global, environment));
        command.Add(Run("discard", "Deletes failed assets that have no variants, as a run.", deletes: true, global, environment));
        return command;
    }

    private static Command Run(string kind, string does, bool deletes, GlobalOptions global, CliEnvironment environment)
    {
        var planned = new PlannedRun();
        var command = new Command(kind, does);
        planned.AddTo(command, deletes);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            return await planned.RunAsync(session, parsed, kind, deletes: deletes, cancellationToken: cancellationToken);
        });
        return command;
    }
}
