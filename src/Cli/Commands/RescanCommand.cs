using System.CommandLine;
using Pipeline.Cli.Commands.Runs;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

static class RescanCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var before = new Option<string?>("--scanned-before") { Description = "Only assets that were not found clean at this time or later", HelpName = "TIME" };
        var signatures = NumberOption.Whole("--signatures-before", "Only assets that were not scanned with signatures of this number or a larger one", "N");
        var planned = new PlannedRun();
        var command = new Command("rescan", "Scans the originals of many published assets again, as a run, and withdraws those with malware.") { before, signatures };
        planned.AddTo(command, keeps: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var scanned = new Scanned(RunFilterOptions.Time(parsed, before), parsed.GetValue(signatures));
            return await planned.RunAsync(session, parsed, "rescan", scanned: scanned, cancellationToken: cancellationToken);
        });
        return command;
    }
}
