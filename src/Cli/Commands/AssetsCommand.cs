using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

static class AssetsCommand
{
    private const int DefaultLimit = 20;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var status = new Option<string?>("--status") { Description = "Only assets with this status", HelpName = "STATUS" };
        status.AcceptOnlyFromAmong([.. Asset.Statuses]);
        var stale = new Option<bool>("--stale") { Description = "Only assets whose variants the workers would make differently today" };
        var limit = WholeNumber.Option("--limit", "How many assets to list", "N", DefaultLimit, least: 1, int.MaxValue);
        var all = new Option<bool>("--all") { Description = "List all assets" };
        var command = new Command("assets", "Lists assets, newest first.") { status, stale, limit, all };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var wanted = parsed.GetValue(all) ? int.MaxValue : parsed.GetValue(limit);
            var filter = new AssetFilter(parsed.GetValue(status), parsed.GetValue(stale));
            var (items, next) = await AssetPages.CollectAsync(session.Api, filter, wanted, cancellationToken);
            session.ConsoleOutput.Document(new { items, nextCursor = next });
            Print(session.ConsoleOutput, items);
            if (next is not null && !session.ConsoleOutput.Json) session.ConsoleOutput.Notice("there are more assets: use --limit N or --all");
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(ConsoleOutput output, List<JsonElement> items)
    {
        if (items.Count == 0) output.Line("no assets");
        var table = new TextTable("ID", "STATUS", "CREATED", "PIXELS", "BYTES", "STALE", "FILE");
        foreach (var asset in items.Select(item => item.Deserialize<Asset>(Wire.Options)!))
        {
            table.Add(
                asset.Id,
                AssetView.Status(asset),
                AssetView.Time(asset.CreatedAt),
                AssetView.Pixels(asset.Width, asset.Height),
                $"{asset.Size}",
                AssetView.Stale(asset),
                asset.Filename);
        }

        output.Table(table);
    }
}
