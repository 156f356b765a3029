using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

static class DeleteCommand
{
    public static Command Create(GlobalOptions global, Surroundings around)
    {
        var id = new Argument<string>("ID") { Description = "The asset", CustomParser = AssetId.Parse };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var command = new Command("delete", "Deletes an asset with its original and all its variants.") { id, yes };
        command.SetAction(async (parsed, stop) =>
        {
            var asset = parsed.GetRequiredValue(id);
            if (!parsed.GetValue(yes) && !around.InIsTerminal)
                throw CliFailure.Usage("Nobody is there to be asked: give --yes to delete without a question");
            using var session = Session.Open(parsed, global, around);
            if (!parsed.GetValue(yes) && !await IsMeantAsync(around, asset, stop))
                throw new CliFailure(ExitCode.Refused, "not_deleted", "Nothing was deleted");
            await session.Api.DeleteAsync(asset, stop);
            session.Screen.Document(new { id = asset, deleted = true });
            session.Screen.Line($"{asset} is deleted");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<bool> IsMeantAsync(Surroundings around, string id, CancellationToken stop)
    {
        await around.Error.WriteAsync($"Delete {id} and all its variants? [y/N] ".AsMemory(), stop);
        await around.Error.FlushAsync(stop);

        // The console's reader blocks and heeds no token; on its own thread it cannot hold up Ctrl-C.
        var answer = await Task.Run(around.In.ReadLine, stop).WaitAsync(stop);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
