using System.Text.Json;

namespace Pipeline.Cli.Commands;

/// <summary>
/// <c>reprocess --stale</c>: sends one request for each asset. Can be interrupted and run again: it skips assets that are already in progress.
/// </summary>
static class StaleReprocess
{
    public static async Task<int> RunAsync(Session session, CancellationToken cancellationToken)
    {
        // Read all pages before the first request, since each request changes the later pages.
        var (items, _) = await AssetPages.CollectAsync(session.Api, new AssetFilter(Stale: true), int.MaxValue, cancellationToken);
        var stale = items.ConvertAll(item => item.Deserialize<Asset>(Wire.Options)!);
        var idle = stale.Where(asset => asset.Work is null).ToList();
        var (started, refused) = await StartAsync(session, idle, cancellationToken);
        session.ConsoleOutput.Document(new
        {
            started,
            refused = refused.Select(one => new { one.Id, one.Failure.Code, one.Failure.Message }),
            alreadyInWork = stale.Count - idle.Count,
        });
        Print(session, started.Count, stale.Count - idle.Count);
        foreach (var (id, failure) in refused) session.ConsoleOutput.Explain(failure, id);
        return refused.Count == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<(List<Reprocessing> Started, List<(string Id, CliFailure Failure)> Refused)> StartAsync(
        Session session, List<Asset> assets, CancellationToken cancellationToken)
    {
        var started = new List<Reprocessing>();
        var refused = new List<(string Id, CliFailure Failure)>();
        foreach (var asset in assets)
        {
            try
            {
                started.Add(await session.Api.ReprocessAsync(asset.Id, cancellationToken));
            }
            catch (PipelineException e) when (CliFailure.Of(e) is { ExitCode: ExitCode.Refused } failure)
            {
                // For example deleted meanwhile; continue with the other assets.
                refused.Add((asset.Id, failure));
            }
        }

        return (started, refused);
    }

    private static void Print(Session session, int started, int inWork)
    {
        session.ConsoleOutput.Line(started == 0 && inWork == 0 ? "none of your own assets is stale. Those of the whole tenant: pipeline reprocess --stale any" : $"{Assets(started)} being reprocessed");
        if (inWork > 0) session.ConsoleOutput.Line($"{Assets(inWork)} being processed already");
    }

    private static string Assets(int count) => count == 1 ? "1 asset is" : $"{count} assets are";
}
