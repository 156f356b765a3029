using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands.Runs;

static class RebuildCommand
{
    private const string Kind = "rebuild";

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var reason = new Option<string?>("--reason") { Description = "Why; kept in the audit", HelpName = "TEXT" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask for confirmation" };
        var watch = new Option<bool>("--watch") { Description = "Watch the run until it ends; Ctrl-C leaves it running" };
        var pace = new RunPaceOptions();
        var command = new Command(Kind, "Makes lost rows again from the manifests beside the originals, and erases again what a restored table has brought back. Rows that are there stay.") { reason, yes, watch };
        pace.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            if (parsed.GetValue(reason) is not { } why) throw CliFailure.Usage("A rebuild changes the table: say why with --reason TEXT");
            if (!parsed.GetValue(yes) && !environment.InIsTerminal) throw CliFailure.Usage("There is no terminal to ask for confirmation: give --yes to rebuild without it");
            var planned = await session.Runs.PlanAsync(new { kind = Kind, pace = pace.Read(parsed), reason = why }, cancellationToken);
            var (run, manifests) = (planned.Value, planned.Value.Plan);
            session.ConsoleOutput.Line($"Plan {run.Id}: {RunPrint.Number(manifests?.Assets ?? 0)} manifests{(manifests?.Estimate == true ? ", an estimate" : "")}");
            if (parsed.GetValue(yes) || await Question.AskAsync(environment, "Make the missing rows of these manifests, and erase again what was erased?", cancellationToken))
                return await PlannedRun.ApplyAsync(session, run.Id, parsed.GetValue(watch), cancellationToken);
            session.ConsoleOutput.Document(planned.Json);
            session.ConsoleOutput.Line($"Nothing was changed. Apply it with: pipeline apply {run.Id}");
            return ExitCode.Done;
        });
        return command;
    }
}
