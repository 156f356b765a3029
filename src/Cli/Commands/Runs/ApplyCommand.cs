using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands.Runs;

static class ApplyCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var id = RunsCommand.Id();
        var watch = new Option<bool>("--watch") { Description = "Watch the run until it ends; Ctrl-C leaves it running" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask for confirmation, which only a run that deletes does" };
        var command = new Command("apply", "Starts a planned run, once.") { id, watch, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var run = (await session.Runs.GetAsync(parsed.GetRequiredValue(id), cancellationToken)).Value;
            if (run is { Kind: "rebuild", State: "planned" } && !parsed.GetValue(yes))
            {
                if (!environment.InIsTerminal) throw CliFailure.Usage("This run changes the table, and there is no terminal to ask for confirmation: give --yes to apply it without it");
                if (!await Question.AskAsync(environment, "Make the missing rows, and erase again what was erased?", cancellationToken)) throw new CliFailure(ExitCode.Refused, "not_applied", "Nothing was changed");
            }

            if (run is { Kind: "discard", State: "planned" } && !parsed.GetValue(yes))
            {
                if (!environment.InIsTerminal) throw CliFailure.Usage("This run deletes assets, and there is no terminal to ask for confirmation: give --yes to delete without it");
                RunPrint.Plan(session.ConsoleOutput, run);
                if (!await Question.AskAsync(environment, $"Delete {run.Progress.Planned} assets?", cancellationToken)) throw new CliFailure(ExitCode.Refused, "not_applied", "Nothing was deleted");
            }

            return await PlannedRun.ApplyAsync(session, run.Id, parsed.GetValue(watch), cancellationToken);
        });
        return command;
    }
}
