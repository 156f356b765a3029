using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Operators;

namespace Pipeline.Cli.Commands.Runs;

static class ReconcileCommand
{
    private const int Shown = 50;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var delete = new Option<bool>("--delete") { Description = "Delete the orphans of two days and more, if nothing speaks against it; needs the role admin" };
        var max = NumberOption.Whole("--max-delete", "Delete at most so many; by default 1 % of the objects, at most 1000", "N");
        var listing = new Option<string?>("--listing") { Description = "Take the objects from an S3 inventory in CSV, also gzipped: bucket, key, size, last modified, tag", HelpName = "FILE" };
        var rate = NumberOption.Decimal("--rate", "Look at no more objects in a second", "N");
        var reason = new Option<string?>("--reason") { Description = "Why; kept in the audit", HelpName = "TEXT" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask for confirmation" };
        var command = new Command("reconcile", "Compares the store, the table and the queue, and reports the differences. Ctrl-C leaves the run running.") { delete, max, listing, rate, reason, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (deletes, why) = (parsed.GetValue(delete), parsed.GetValue(reason));
            if (parsed.GetValue(max) is not null && !deletes) throw CliFailure.Usage("--max-delete needs --delete");
            if (deletes && string.IsNullOrWhiteSpace(why)) throw CliFailure.Usage("--delete deletes objects: say why with --reason TEXT");
            if (deletes && !parsed.GetValue(yes) && !environment.InIsTerminal)
                throw CliFailure.Usage("--delete deletes objects, and there is no terminal to ask for confirmation: give --yes to delete without it");
            using var file = parsed.GetValue(listing) is { } path ? InventoryFile.Open(path) : null;
            using var session = Session.Open(parsed, global, environment);
            var run = (await session.Runs.PlanAsync(new { kind = "reconcile", pace = new { rate = parsed.GetValue(rate) }, reason = why, listing = file is not null }, cancellationToken)).Value;
            if (file is not null) await SendAsync(session, run.Id, file, cancellationToken);
            await session.Runs.ApplyAsync(run.Id, cancellationToken);
            var compared = await RunWatch.RunAsync(session, run.Id, cancellationToken);
            var report = (await session.Runs.GetAsync(run.Id, cancellationToken)).Value;
            await ShowAsync(session, report, cancellationToken);
            if (!deletes || report.Progress.FoundBy?.ContainsKey("orphan") is not true) return compared;
            if (!parsed.GetValue(yes) && !await Question.AskAsync(environment, "Delete the orphans that are two days old or older?", cancellationToken)) throw new CliFailure(ExitCode.Refused, "not_applied", "Nothing was deleted");
            return await DeleteAsync(session, report.Id, parsed.GetValue(max), why!, cancellationToken);
        });
        return command;
    }

    private static async Task<int> DeleteAsync(Session session, string report, int? max, string reason, CancellationToken cancellationToken)
    {
        var deletion = (await session.Runs.DeleteOrphansAsync(report, max, reason, cancellationToken)).Value;
        var exit = await RunWatch.RunAsync(session, deletion.Id, cancellationToken);
        await ShowAsync(session, (await session.Runs.GetAsync(deletion.Id, cancellationToken)).Value, cancellationToken);
        return exit;
    }

    private static async Task ShowAsync(Session session, RunInfo run, CancellationToken cancellationToken)
    {
        RunPrint.Run(session.ConsoleOutput, run);
        if (run.Progress.Found == 0 || session.ConsoleOutput.Json) return;
        RunPrint.Findings(session.ConsoleOutput, (await session.Runs.FindingsAsync(run.Id, kind: null, cursor: null, Shown, cancellationToken)).Value);
        if (run.Progress.Found > Shown) session.ConsoleOutput.Line($"These are the first {Shown}. See all with: pipeline runs show {run.Id} --findings");
    }

    private static async Task SendAsync(Session session, string run, InventoryFile file, CancellationToken cancellationToken)
    {
        var sent = 0;
        foreach (var part in file.Read().Chunk(InventoryFile.Part)) sent = (await session.Runs.SendListingAsync(run, sent, part, cancellationToken)).Value.Taken;
        session.ConsoleOutput.Line($"sent {RunPrint.Number(sent)} objects of the listing");
    }
}
