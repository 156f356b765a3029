using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands.Runs;

static class MigrateCommand
{
    private const int Shown = 50;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var area = new Argument<string?>("AREA") { Description = "The area: originals, public, private or quarantine. Without it: where each area is", Arity = ArgumentArity.ZeroOrOne };
        var to = To();
        var compare = new Option<bool>("--compare") { Description = "Only compare the two stores, and copy nothing" };
        var extra = new Option<bool>("--delete-extra") { Description = "Also delete what only the target has; needs --reason and the role admin" };
        var reason = new Option<string?>("--reason") { Description = "Why; kept in the audit", HelpName = "TEXT" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask for confirmation" };
        var pace = new RunPaceOptions();
        var command = new Command("migrate", "Copies an area to another store while it is in use, and compares the two. Ctrl-C leaves the run running.") { area, to, compare, extra, reason, yes, MigrateSwitchCommand.Create(global, environment) };
        pace.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (name, target, deletes, why) = (parsed.GetValue(area), parsed.GetValue(to), parsed.GetValue(extra), parsed.GetValue(reason));
            if (name is null)
            {
                if (target is not null) throw CliFailure.Usage("Say which area moves: pipeline migrate AREA --to NAME");
                return await ListAsync(parsed, global, environment, cancellationToken);
            }

            if (target is null) throw CliFailure.Usage($"Say where to: pipeline migrate {name} --to NAME");
            if (deletes && string.IsNullOrWhiteSpace(why)) throw CliFailure.Usage("--delete-extra deletes objects: say why with --reason TEXT");
            if (deletes && !parsed.GetValue(yes) && !environment.InIsTerminal)
                throw CliFailure.Usage("--delete-extra deletes objects, and there is no terminal to ask for confirmation: give --yes to delete without it");
            using var session = Session.Open(parsed, global, environment);
            if (deletes && !parsed.GetValue(yes) && !await Question.AskAsync(environment, $"Delete at {target} what the area {name} does not have?", cancellationToken))
                throw new CliFailure(ExitCode.Refused, "not_applied", "Nothing was changed");
            return await RunAsync(session, new { kind = "migrate", area = name, to = target, compare = parsed.GetValue(compare), deleteExtra = deletes, reason = why, pace = pace.Read(parsed) }, cancellationToken);
        });
        return command;
    }

    public static Option<string?> To() => new("--to") { Description = "The target, as in Storage:Targets:NAME of the server's settings", HelpName = "NAME" };

    /// <summary>Plans and applies a run, watches it, and shows what it has found.</summary>
    public static async Task<int> RunAsync(Session session, object request, CancellationToken cancellationToken)
    {
        var planned = (await session.Runs.PlanAsync(request, cancellationToken)).Value;
        session.ConsoleOutput.Line($"Plan {planned.Id}: {RunPrint.Number(planned.Plan?.Assets ?? 0)} objects, {RunPrint.Number(planned.Plan?.Bytes ?? 0)} bytes");
        await session.Runs.ApplyAsync(planned.Id, cancellationToken);
        var exit = await RunWatch.RunAsync(session, planned.Id, cancellationToken);
        var run = (await session.Runs.GetAsync(planned.Id, cancellationToken)).Value;
        RunPrint.Run(session.ConsoleOutput, run);
        if (run.Progress.Found + run.Progress.Failed == 0 || session.ConsoleOutput.Json) return exit;
        RunPrint.Findings(session.ConsoleOutput, (await session.Runs.FindingsAsync(run.Id, kind: null, cursor: null, Shown, cancellationToken)).Value);
        return exit;
    }

    private static async Task<int> ListAsync(ParseResult parsed, GlobalOptions global, CliEnvironment environment, CancellationToken cancellationToken)
    {
        using var session = Session.Open(parsed, global, environment);
        var (list, json) = await session.Operators.GetAsync<AreaList>("areas", cancellationToken);
        session.ConsoleOutput.Document(json);
        var table = new TextTable("AREA", "ALSO WRITTEN TO", "READ FROM", "MOVE", "SWITCHED", "BACK UNTIL");
        foreach (var one in list.Items) table.Add(one.Area, one.WritesTo, one.ReadFrom ?? "its own store", one.State, AssetView.Time(one.SwitchedAt), AssetView.Time(one.BackUntil));
        session.ConsoleOutput.Table(table);
        return ExitCode.Done;
    }
}

sealed record AreaList(AreaInfo[] Items);

sealed record AreaInfo(string Area, string? WritesTo = null, string? ReadFrom = null, string? State = null, DateTimeOffset? SwitchedAt = null, DateTimeOffset? BackUntil = null);
