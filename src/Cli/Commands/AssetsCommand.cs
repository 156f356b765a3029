using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Api;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

static class AssetsCommand
{
    private const int DefaultLimit = 20;

    /// <summary>Asked for at once; the server may give fewer.</summary>
    private const int LargestPage = 100;

    public static Command Create(GlobalOptions global, Surroundings around)
    {
        var status = new Option<string?>("--status") { Description = "Only those with this status", HelpName = "STATUS" };
        status.AcceptOnlyFromAmong(Asset.Statuses);
        var limit = WholeNumber.Option("--limit", "How many", "N", DefaultLimit, least: 1, int.MaxValue);
        var all = new Option<bool>("--all") { Description = "All there are, page by page" };
        var command = new Command("assets", "Lists assets, newest first.") { status, limit, all };
        command.SetAction(async (parsed, stop) =>
        {
            using var session = Session.Open(parsed, global, around);
            var wanted = parsed.GetValue(all) ? int.MaxValue : parsed.GetValue(limit);
            var (items, next) = await CollectAsync(session.Api, parsed.GetValue(status), wanted, stop);
            session.Screen.Document(new { items, nextCursor = next });
            Print(session.Screen, items);
            if (next is not null && !session.Screen.Json) session.Screen.Notice("there are more: --limit N or --all");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<(List<JsonElement> Items, string? Next)> CollectAsync(
        ApiClient api, string? status, int wanted, CancellationToken stop)
    {
        var items = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = await api.ListAsync(status, Math.Min(wanted - items.Count, LargestPage), cursor, stop);
            items.AddRange(page.Items);

            // A cursor that stands still would have us ask for ever.
            if (page.NextCursor is null || page.NextCursor == cursor || items.Count >= wanted) return (items, page.NextCursor);
            cursor = page.NextCursor;
        }
    }

    private static void Print(Screen screen, List<JsonElement> items)
    {
        if (items.Count == 0) screen.Line("no assets");
        var table = new TextTable("ID", "STATUS", "CREATED", "PIXELS", "BYTES", "FILE");
        foreach (var asset in items.Select(item => item.Deserialize<Asset>(Wire.Options)!))
        {
            table.Add(
                asset.Id,
                AssetView.Status(asset),
                AssetView.Time(asset.CreatedAt),
                AssetView.Pixels(asset.Width, asset.Height),
                $"{asset.Size}",
                asset.Filename);
        }

        screen.Table(table);
    }
}
