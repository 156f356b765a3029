using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands.Runs;

static class AuditCommand
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 200;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var verb = new Option<string?>("--verb") { Description = "Only lines of this verb, such as run.apply", HelpName = "VERB" };
        var user = new Option<string?>("--user") { Description = "Only lines of this user", HelpName = "ID" };
        var limit = WholeNumber.Option("--limit", "How many lines to list", "N", DefaultLimit, least: 1, MaxLimit);
        var command = new Command("audit", "Lists what operators did and tried, newest first.") { verb, user, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var lines = await session.Runs.AuditAsync(parsed.GetValue(verb), parsed.GetValue(user), parsed.GetValue(limit), cancellationToken);
            session.ConsoleOutput.Document(lines.Json);
            if (lines.Value.Items.Length == 0) session.ConsoleOutput.Line("no lines");
            var table = new TextTable("TIME", "USER", "VERB", "RESULT", "TARGET", "REASON");
            foreach (var line in lines.Value.Items) table.Add(AssetView.Time(line.At), line.UserId, line.Verb, line.Result, line.Target, line.Reason);
            session.ConsoleOutput.Table(table);
            return ExitCode.Done;
        });
        return command;
    }
}
