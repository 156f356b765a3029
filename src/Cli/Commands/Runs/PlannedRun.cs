using System.CommandLine;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands.Runs;

/// <summary>Stores a plan, prints it, and applies it if the user agrees. The commands that plan runs share this.</summary>
sealed class PlannedRun
{
    private readonly Option<string?> _reason = new("--reason") { Description = "Why; kept in the audit", HelpName = "TEXT" };
    private readonly Option<int?> _keep = NumberOption.Whole("--keep", "Hours after the end for which the run can be rolled back; 24 by default", "HOURS");
    private readonly Option<bool> _apply = new("--apply") { Description = "Apply the plan without a question" };
    private readonly Option<bool> _watch = new("--watch") { Description = "Watch the run until it ends; Ctrl-C leaves it running" };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask for confirmation" };

    public RunFilterOptions Filter { get; } = new();

    public RunPaceOptions Pace { get; } = new();

    /// <param name="command">The command.</param>
    /// <param name="deletes">Whether the run deletes assets.</param>
    /// <param name="keeps">Whether the run can be rolled back.</param>
    public void AddTo(Command command, bool deletes = false, bool keeps = true)
    {
        Filter.AddTo(command);
        Pace.AddTo(command);
        foreach (var option in (Option[])[_reason, _apply, _watch]) command.Add(option);
        if (deletes) command.Add(_yes);
        else if (keeps) command.Add(_keep);
    }

    /// <summary>Whether the command line has an option of a run.</summary>
    public bool IsGiven(ParseResult parsed) =>
        Filter.IsGiven(parsed) || Pace.IsGiven(parsed) || ((Option[])[_reason, _keep, _apply, _watch]).Any(option => parsed.GetResult(option) is { Implicit: false });

    public async Task<int> RunAsync(Session session, ParseResult parsed, string kind, string? stale = null, bool deletes = false, Scanned? scanned = null, CancellationToken cancellationToken = default)
    {
        var (reason, apply) = (parsed.GetValue(_reason), parsed.GetValue(_apply) || (deletes && parsed.GetValue(_yes)));
        if (deletes && reason is null) throw CliFailure.Usage("This run deletes assets: say why with --reason TEXT");
        if (deletes && !parsed.GetValue(_yes) && !session.Around.InIsTerminal) throw CliFailure.Usage("This run deletes assets, and there is no terminal to ask for confirmation: give --yes to delete without it");
        var planned = await session.Runs.PlanAsync(new { kind, filter = Filter.Read(parsed, stale, scanned), pace = Pace.Read(parsed), reason, keepHours = deletes || scanned is not null ? null : parsed.GetValue(_keep) }, cancellationToken);
        RunPrint.Plan(session.ConsoleOutput, planned.Value);
        if (!apply) apply = planned.Value.Plan?.Assets > 0 && session.Around.InIsTerminal && await Question.AskAsync(session.Around, $"Apply this plan to {planned.Value.Plan.Assets} assets?", cancellationToken);
        if (!apply)
        {
            session.ConsoleOutput.Document(planned.Json);
            session.ConsoleOutput.Line($"Nothing was changed. Apply it with: pipeline apply {planned.Value.Id}");
            return ExitCode.Done;
        }

        return await ApplyAsync(session, planned.Value.Id, parsed.GetValue(_watch), cancellationToken);
    }

    public static async Task<int> ApplyAsync(Session session, string id, bool watch, CancellationToken cancellationToken)
    {
        var applied = await session.Runs.ApplyAsync(id, cancellationToken);
        if (watch) return await RunWatch.RunAsync(session, id, cancellationToken);
        session.ConsoleOutput.Document(applied.Json);
        session.ConsoleOutput.Line($"{id} is running. Watch it with: pipeline runs watch {id}");
        return ExitCode.Done;
    }
}

/// <param name="Before">Not found clean at this time or later.</param>
/// <param name="SignaturesBefore">Not scanned with signatures of this number or a larger one.</param>
sealed record Scanned(DateTimeOffset? Before, int? SignaturesBefore);

/// <summary>A question that a person answers with y or n.</summary>
static class Question
{
    public static async Task<bool> AskAsync(CliEnvironment environment, string question, CancellationToken cancellationToken)
    {
        await environment.Error.WriteAsync($"{question} [y/N] ".AsMemory(), cancellationToken);
        await environment.Error.FlushAsync(cancellationToken);

        // The console's reader blocks and ignores cancellation; on its own thread it cannot delay Ctrl-C.
        var answer = await Task.Run(environment.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
