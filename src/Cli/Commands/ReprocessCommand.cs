using System.CommandLine;
using Pipeline.Cli.Commands.Runs;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

static class ReprocessCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var id = new Option<string>("--id") { Description = "Id of the asset", HelpName = "ID", CustomParser = AssetId.Parse };
        var stale = new Option<string?>("--stale")
        {
            Description = "All your assets whose variants the workers would make differently today; with 'any', 'settings' or 'engine', those of the whole tenant that are stale for this reason, as a run",
            HelpName = "any",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var wait = new Option<bool>("--wait") { Description = "Wait until the new variants are ready; only with --id" };
        var timeout = WaitOption.Create();
        var planned = new PlannedRun();
        var command = new Command("reprocess", "Makes an asset's variants again from its original; with a filter, those of many assets of the tenant, as a run.") { id, stale, wait, timeout };
        planned.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (ownStale, which) = (parsed.GetResult(stale) is { Implicit: false }, parsed.GetValue(stale));
            if (planned.IsGiven(parsed) || which is not null)
            {
                if (parsed.GetValue(id) is not null || parsed.GetValue(wait)) throw CliFailure.Usage("--id and --wait are for one asset, and the other options for a run over many: give one or the other");
                using var run = Session.Open(parsed, global, environment);
                return await planned.RunAsync(run, parsed, "reprocess", ownStale ? which ?? "any" : null, cancellationToken: cancellationToken);
            }

            if (parsed.GetValue(id) is null != ownStale) throw CliFailure.Usage("Give --id ID for one asset, or --stale, --all or another filter for many. See: pipeline reprocess --help");
            if (ownStale && parsed.GetValue(wait)) throw CliFailure.Usage("--wait needs --id. To see the remaining stale assets: pipeline assets --stale");
            using var session = Session.Open(parsed, global, environment);
            if (ownStale) return await StaleReprocess.RunAsync(session, cancellationToken);
            var started = await session.Api.ReprocessAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (parsed.GetValue(wait)) return await WaitAsync(session, started, WaitOption.Read(parsed, timeout), cancellationToken);
            session.ConsoleOutput.Document(started);
            session.ConsoleOutput.Line($"{started.Id} is being reprocessed as revision {started.Revision}");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<int> WaitAsync(Session session, Reprocessing started, TimeSpan limit, CancellationToken cancellationToken)
    {
        string? told = null;
        var waited = await session.Waiter.WaitAsync(started.Id, started.Revision, limit, Tell, cancellationToken);
        var failure = Judge(started, waited, limit);
        session.ConsoleOutput.Document(new
        {
            started.Id,
            started.Revision,
            asset = waited.Last?.Json,
            error = failure is null ? null : new { failure.Code, failure.Message },
        });
        if (failure is not null)
        {
            session.ConsoleOutput.Explain(failure);
            return failure.ExitCode;
        }

        session.ConsoleOutput.Line($"{started.Id} is ready as revision {waited.Last!.Value.Revision}");
        session.ConsoleOutput.Table(AssetView.Variants(waited.Last.Value));
        return ExitCode.Done;

        void Tell(Answer<Asset> asset)
        {
            if (session.ConsoleOutput.Json || WaitingView.Why(asset.Value) is not { } why || why == told) return;
            session.ConsoleOutput.Notice($"{started.Id} waits: {why}");
            told = why;
        }
    }

    private static CliFailure? Judge(Reprocessing started, Waited waited, TimeSpan limit)
    {
        if (!waited.Finished)
            return new CliFailure(ExitCode.Refused, "not_finished",
                $"Not finished after {limit.TotalSeconds:0} s: {WaitingView.WhyLate(waited.Last?.Value)}. The server continues. Check it with: pipeline asset {started.Id}");
        return waited.Last!.Value switch
        {
            // The previous variants stay, so the asset is ready although this run failed.
            { IsReady: true, Failure: { } failure } =>
                new CliFailure(ExitCode.Refused, failure.Code, $"Reprocessing failed and the previous variants stay: {failure.Reason}"),
            { IsReady: true } => null,
            var asset => new CliFailure(
                ExitCode.Refused, (asset.Rejection ?? asset.Failure)?.Code ?? asset.Status, $"The asset is {asset.Status}. {AssetView.Reason(asset)}"),
        };
    }
}
