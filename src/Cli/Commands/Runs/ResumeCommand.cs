using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands.Runs;

/// <summary>Goes on with a paused run. One that holds hits of a scanner back withdraws assets, so it asks first.</summary>
static class ResumeCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var (id, reason) = (RunsCommand.Id(), RunsCommand.Reason());
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask for confirmation, which only a rescan with held hits does" };
        var command = new Command("resume", "Goes on with a paused run; a rescan withdraws the assets that it holds.") { id, reason, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var (run, why) = ((await session.Runs.GetAsync(parsed.GetRequiredValue(id), cancellationToken)).Value, parsed.GetValue(reason));
            if (run is { State: "paused", Progress.Held: > 0 } && !await MayAsync(environment, run.Progress.Held, why, parsed.GetValue(yes), cancellationToken))
                throw new CliFailure(ExitCode.Refused, "not_resumed", "Nothing was withdrawn");
            var resumed = await session.Runs.SteerAsync(run.Id, "resume", why, cancellationToken);
            session.ConsoleOutput.Document(resumed.Json);
            RunPrint.Run(session.ConsoleOutput, resumed.Value);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<bool> MayAsync(CliEnvironment environment, int held, string? reason, bool yes, CancellationToken cancellationToken)
    {
        if (reason is null) throw CliFailure.Usage("This run withdraws the assets that it holds: say why with --reason TEXT");
        if (yes) return true;
        if (!environment.InIsTerminal) throw CliFailure.Usage("This run withdraws the assets that it holds, and there is no terminal to ask for confirmation: give --yes to withdraw without it");
        return await Question.AskAsync(environment, $"Withdraw {held} assets, and all others that the same signatures hit?", cancellationToken);
    }
}
