using Pipeline.Cli.Output;

namespace Pipeline.Cli.Uploads;

/// <summary>Tells how all of it ended: tables for people, one document for programs, reasons on stderr.</summary>
static class UploadReport
{
    /// <param name="screen">Where to.</param>
    /// <param name="results">One for each file.</param>
    /// <param name="waited">Whether readiness was asked for.</param>
    /// <returns>The exit status.</returns>
    public static int Print(Screen screen, IReadOnlyList<UploadResult> results, bool waited)
    {
        screen.Document(Document(results));
        if (results.Any(result => result.Id is not null)) PrintTables(screen, results);
        PrintFailures(screen, results);
        return results.Max(result => result.ExitCode(waited));
    }

    private static object Document(IReadOnlyList<UploadResult> results) => new
    {
        uploads = results.Select(result => new
        {
            file = result.File.Path,
            result.Id,
            result.Status,
            asset = result.Asset?.Json,
            error = result.Failure is { } failure ? new { failure.Code, failure.Message } : null,
        }),
        total = results.Count,
        ready = results.Count(result => result.Asset?.Value.IsReady == true),
    };

    private static void PrintTables(Screen screen, IReadOnlyList<UploadResult> results)
    {
        var table = new TextTable("FILE", "ID", "STATUS", "REASON");
        foreach (var result in results)
        {
            var reason = result.Failure?.Code ?? (result.Asset is { } asset ? AssetView.Reason(asset.Value) : "");
            table.Add(result.File.Path, result.Id, result.Status, reason);
        }

        screen.Table(table);
        foreach (var result in results.Where(result => result.Asset?.Value.IsReady == true))
        {
            screen.Line();
            screen.Line(result.File.Path);
            screen.Table(AssetView.Variants(result.Asset!.Value), indent: "  ");
        }
    }

    // A server that is down is said once, not once for each file.
    private static void PrintFailures(Screen screen, IReadOnlyList<UploadResult> results)
    {
        foreach (var same in results.Where(result => result.Failure is not null).GroupBy(result => result.Failure!.Message, StringComparer.Ordinal))
        {
            var first = same.First();
            screen.Explain(first.Failure!, first.Failure!.ExitCode > ExitCode.Refused ? null : string.Join(", ", same.Select(one => one.File.Path)));
        }

        var left = results.Count(result => result is { Status: UploadResult.NotUploaded, Failure: null });
        if (left > 0) screen.Notice($"{left} more not uploaded");
    }
}
