using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands.Runs;

static class MigrateSwitchCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var area = new Argument<string>("AREA") { Description = "The area: originals, public, private or quarantine" };
        var to = MigrateCommand.To();
        var back = new Option<bool>("--back") { Description = "Read the area from its own store again; within 7 days" };
        var reason = new Option<string?>("--reason") { Description = "Why; kept in the audit", HelpName = "TEXT" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask for confirmation" };
        var rate = NumberOption.Decimal("--rate", "Compare no more objects in a second", "N");
        var command = new Command("switch", "Compares the two stores of an area, and reads it from the target if nothing differs. Writes still go to both.") { area, to, back, rate, reason, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (name, goesBack) = (parsed.GetRequiredValue(area), parsed.GetValue(back));
            if (parsed.GetValue(to) is not { } target) throw CliFailure.Usage($"Say where to: pipeline migrate switch {name} --to NAME");
            if (parsed.GetValue(reason) is not { } why || string.IsNullOrWhiteSpace(why)) throw CliFailure.Usage("All reads follow the switch: say why with --reason TEXT");
            if (!parsed.GetValue(yes) && !environment.InIsTerminal) throw CliFailure.Usage("There is no terminal to ask for confirmation: give --yes to switch without it");
            using var session = Session.Open(parsed, global, environment);
            if (!goesBack) await MigrateCommand.RunAsync(session, new { kind = "migrate", area = name, to = target, compare = true, reason = why, pace = new { rate = parsed.GetValue(rate) } }, cancellationToken);
            var question = goesBack ? $"Read the area {name} from its own store again?" : $"Read the area {name} from {target}, if nothing differs?";
            if (!parsed.GetValue(yes) && !await Question.AskAsync(environment, question, cancellationToken)) throw new CliFailure(ExitCode.Refused, "not_applied", "Nothing was switched");
            var (switched, json) = await session.Operators.PostAsync<AreaInfo>($"areas/{Uri.EscapeDataString(name)}/switch", new { to = target, back = goesBack, reason = why }, cancellationToken);
            session.ConsoleOutput.Document(json);
            session.ConsoleOutput.Line(switched.ReadFrom is { } from
                ? $"{name} is read from {from}. Until {AssetView.Time(switched.BackUntil)} it can go back by: pipeline migrate switch {name} --to {target} --back"
                : $"{name} is read from its own store");
            return ExitCode.Done;
        });
        return command;
    }
}
