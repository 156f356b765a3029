using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands.Runs;

static class RunsCommand
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 200;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var limit = WholeNumber.Option("--limit", "How many runs to list", "N", DefaultLimit, least: 1, MaxLimit);
        var command = new Command("runs", "Lists runs over many assets, newest first; shows, watches and steers one.") { limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var runs = await session.Runs.ListAsync(parsed.GetValue(limit), cancellationToken);
            session.ConsoleOutput.Document(runs.Json);
            if (runs.Value.Items.Length == 0) session.ConsoleOutput.Line("no runs");
            var table = new TextTable("ID", "KIND", "STATE", "CREATED", "PLANNED", "DONE", "SKIPPED", "FAILED", "FOUND", "BY");
            foreach (var run in runs.Value.Items)
            {
                var p = run.Progress;
                table.Add(run.Id, run.Kind, run.State, AssetView.Time(run.CreatedAt), $"{p.Planned}", $"{p.Done}", $"{p.Skipped}", $"{p.Failed}", $"{p.Found}", run.PlannedBy);
            }

            session.ConsoleOutput.Table(table);
            return ExitCode.Done;
        });
        command.Add(Show(global, environment));
        command.Add(Watch(global, environment));
        command.Add(Pace(global, environment));
        command.Add(ResumeCommand.Create(global, environment));
        foreach (var (verb, does) in ((string, string)[])[("pause", "Starts no more assets; those in work end."), ("cancel", "Ends a run for good; assets in work end."),
            ("rollback", "Starts a run that shows again what an ended run has replaced.")])
            command.Add(Steer(verb, does, global, environment));
        return command;
    }

    private static Command Show(GlobalOptions global, CliEnvironment environment)
    {
        var id = Id();
        var findings = new Option<bool>("--findings") { Description = "List all that the run has found; with --json one document a page" };
        var command = new Command("show", "Shows a run with its plan, its progress and its first failures.") { id, findings };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            if (parsed.GetValue(findings)) return await ListFindingsAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            var run = await session.Runs.GetAsync(parsed.GetRequiredValue(id), cancellationToken);
            session.ConsoleOutput.Document(run.Json);
            if (session.ConsoleOutput.Json) return ExitCode.Done;
            RunPrint.Run(session.ConsoleOutput, run.Value);
            RunPrint.Plan(session.ConsoleOutput, run.Value);
            if (run.Value.Progress.Failed > 0) Items(session, "FAILED ASSET", (await session.Runs.FailuresAsync(run.Value.Id, cancellationToken)).Value);
            if (run.Value.Progress.Held > 0) Items(session, "HELD ASSET", (await session.Runs.HeldAsync(run.Value.Id, cancellationToken)).Value);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Items(Session session, string title, RunItems items)
    {
        var isRescan = items.Items.Any(item => item.Revision == 0);
        var table = new TextTable(title, isRescan ? "SIGNATURE" : "REVISION", "CODE");
        foreach (var item in items.Items) table.Add(item.AssetId, isRescan ? item.Signature ?? "" : $"{item.Revision}", item.Code);
        session.ConsoleOutput.Table(table);
    }

    private static async Task<int> ListFindingsAsync(Session session, string id, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await session.Runs.FindingsAsync(id, kind: null, cursor, MaxLimit, cancellationToken);
            session.ConsoleOutput.DocumentLine(page.Json);
            if (cursor is null && page.Value.Items.Length == 0) session.ConsoleOutput.Line("nothing found");
            RunPrint.Findings(session.ConsoleOutput, page.Value);
            cursor = page.Value.NextCursor;
        }
        while (cursor is not null);
        return ExitCode.Done;
    }

    private static Command Watch(GlobalOptions global, CliEnvironment environment)
    {
        var id = Id();
        var command = new Command("watch", "Shows the progress of a run until it ends or pauses; with --json one document a line. Ctrl-C leaves it running.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            return await RunWatch.RunAsync(session, parsed.GetRequiredValue(id), cancellationToken);
        });
        return command;
    }

    private static Command Pace(GlobalOptions global, CliEnvironment environment)
    {
        var (id, pace, reason) = (Id(), new RunPaceOptions(), Reason());
        var command = new Command("pace", "Changes how fast a run goes.") { id, reason };
        pace.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!pace.IsGiven(parsed)) throw CliFailure.Usage("Give at least one of --rate, --in-flight, --window, --budget and --max-failures");
            using var session = Session.Open(parsed, global, environment);
            var run = await session.Runs.PaceAsync(parsed.GetRequiredValue(id), pace.Read(parsed), parsed.GetValue(reason), cancellationToken);
            session.ConsoleOutput.Document(run.Json);
            session.ConsoleOutput.Line($"{run.Value.Id} has its new pace");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Steer(string verb, string does, GlobalOptions global, CliEnvironment environment)
    {
        var (id, reason) = (Id(), Reason());
        var command = new Command(verb, does) { id, reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var run = await session.Runs.SteerAsync(parsed.GetRequiredValue(id), verb, parsed.GetValue(reason), cancellationToken);
            session.ConsoleOutput.Document(run.Json);
            RunPrint.Run(session.ConsoleOutput, run.Value);
            return ExitCode.Done;
        });
        return command;
    }

    internal static Argument<string> Id() => new("ID")
    {
        Description = "Id of the run",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Guid.TryParseExact(text, "D", out var id)) return id.ToString("D");
            result.AddError($"'{text}' is not a run's id, such as 0190a5b2-7c3e-7000-8000-0123456789ab.");
            return null;
        },
    };

    internal static Option<string?> Reason() => new("--reason") { Description = "Why; kept in the audit", HelpName = "TEXT" };
}
