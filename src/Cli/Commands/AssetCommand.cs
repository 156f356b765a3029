using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

static class AssetCommand
{
    private static readonly TimeSpan PictureLimit = TimeSpan.FromSeconds(10);

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var id = new Argument<string>("ID") { Description = "Id of the asset", CustomParser = AssetId.Parse };
        var command = new Command("asset", "Shows an asset and its timeline.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var asset = await session.Api.GetAssetAsync(parsed.GetRequiredValue(id), cancellationToken);
            var (events, json) = await TimelinePages.CollectAsync(session.Api, asset.Value.Id, cancellationToken);
            session.ConsoleOutput.Document(new
            {
                asset = asset.Json,
                timeline = json,
            });
            if (!session.ConsoleOutput.Json && TerminalPicture.IsShownBy(environment)) await ShowAsync(session, asset.Value, cancellationToken);
            Print(session.ConsoleOutput, asset.Value, events);
            return ExitCode.Done;
        });
        return command;
    }

    // Without the picture the facts still come. Private variants have no address, and the token must not go to the store.
    private static async Task ShowAsync(Session session, Asset asset, CancellationToken cancellationToken)
    {
        var smallest = asset.Variants?.Where(v => v is { Format: "jpeg", Url: not null, Bytes: > 0 and <= TerminalPicture.MaxBytes }).MinBy(v => v.Bytes);
        if (smallest is null || !Uri.TryCreate(session.Server, smallest.Url, out var address)) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PictureLimit);
        try
        {
            using var answer = await session.Http.GetAsync(address, limit.Token);
            if (!answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType != "image/jpeg") return;
            var file = await answer.Content.ReadAsByteArrayAsync(limit.Token);
            if (file.Length <= TerminalPicture.MaxBytes) session.ConsoleOutput.Picture(file);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            session.ConsoleOutput.Notice($"the picture did not come: {smallest.Url}");
        }
    }

    private static void Print(ConsoleOutput output, Asset asset, List<AssetEvent> events)
    {
        foreach (var (name, value) in Facts(asset))
        {
            if (value.Length > 0) output.Line($"{name,-9} {value}");
        }

        output.Line();
        output.Table(AssetView.Variants(asset));
        output.Line();
        var table = new TextTable("TIME", "EVENT", "DETAIL");
        foreach (var one in events) table.Add(AssetView.Time(one.At), one.Kind, one.DetailText);
        output.Table(table);
    }

    private static IEnumerable<(string Name, string Value)> Facts(Asset asset) =>
    [
        ("id", asset.Id),
        ("status", AssetView.Status(asset)),
        ("reason", AssetView.Reason(asset)),
        ("waits", WaitingView.NextTry(asset)),
        ("file", asset.Filename ?? ""),
        ("type", asset.ContentType ?? ""),
        ("bytes", $"{asset.Size}"),
        ("pixels", AssetView.Pixels(asset.Width, asset.Height)),
        ("focus", AssetView.Focus(asset.FocalPoint)),
        ("hash", asset.PerceptualHash ?? ""),
        ("revision", $"{asset.Revision}"),
        ("stale", asset.Stale ? "yes: run pipeline reprocess to update the variants" : ""),
        ("created", AssetView.Time(asset.CreatedAt)),
    ];
}
