using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

static class DeleteCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment around)
    {
        var id = new Argument<string>("ID") { Description = "The asset", CustomParser = AssetId.Parse };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var command = new Command("delete", "Deletes an asset with its original and all its variants.") { id, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var asset = parsed.GetRequiredValue(id);
            if (!parsed.GetValue(yes) && !around.InIsTerminal)
                throw CliFailure.Usage("Nobody is there to be asked: give --yes to delete without a question");
            using var session = Session.Open(parsed, global, around);
            if (!parsed.GetValue(yes) && !await IsMeantAsync(around, asset, cancellationToken))
                throw new CliFailure(ExitCode.Refused, "not_deleted", "Nothing was deleted");
            await session.Api.DeleteAsync(asset, cancellationToken);
            session.ConsoleOutput.Document(new { id = asset, deleted = true });
            session.ConsoleOutput.Line($"{asset} is deleted");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<bool> IsMeantAsync(CliEnvironment around, string id, CancellationToken cancellationToken)
    {
        await around.Error.WriteAsync($"Delete {id} and all its variants? [y/N] ".AsMemory(), cancellationToken);
        await around.Error.FlushAsync(cancellationToken);

        // The console's reader blocks and ignores cancellation; on its own thread it cannot delay Ctrl-C.
        var answer = await Task.Run(around.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
