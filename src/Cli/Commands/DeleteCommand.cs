using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

static class DeleteCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var id = new Argument<string>("ID") { Description = "Id of the asset", CustomParser = AssetId.Parse };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask for confirmation" };
        var command = new Command("delete", "Deletes an asset with its original and all its variants.") { id, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var asset = parsed.GetRequiredValue(id);
            if (!parsed.GetValue(yes) && !environment.InIsTerminal)
                throw CliFailure.Usage("There is no terminal to ask for confirmation: give --yes to delete without it");
            using var session = Session.Open(parsed, global, environment);
            if (!parsed.GetValue(yes) && !await ConfirmAsync(environment, asset, cancellationToken))
                throw new CliFailure(ExitCode.Refused, "not_deleted", "Nothing was deleted");
            await session.Api.DeleteAsync(asset, cancellationToken);
            session.ConsoleOutput.Document(new { id = asset, deleted = true });
            session.ConsoleOutput.Line($"{asset} is deleted");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<bool> ConfirmAsync(CliEnvironment environment, string id, CancellationToken cancellationToken)
    {
        await environment.Error.WriteAsync($"Delete {id} and all its variants? [y/N] ".AsMemory(), cancellationToken);
        await environment.Error.FlushAsync(cancellationToken);

        // The console's reader blocks and ignores cancellation; on its own thread it cannot delay Ctrl-C.
        var answer = await Task.Run(environment.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
