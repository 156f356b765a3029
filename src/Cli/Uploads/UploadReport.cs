using Pipeline.Cli.Output;
using Pipeline.Cli.Uploads.Selection;

namespace Pipeline.Cli.Uploads;

/// <summary>The parts of the results that are written to stdout.</summary>
enum UploadOutput
{
    /// <summary>A line for each file.</summary>
    Lines,

    /// <summary>A line for each file, and its variants with their URLs.</summary>
    Urls,

    /// <summary>Only the ids of files that reached the requested state: ready, or confirmed with <c>--no-wait</c>.</summary>
    Ids,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>Reports the results: a table for people, one JSON document for programs, reasons on stderr.</summary>
/// <param name="console">The output.</param>
/// <param name="output">The parts to print as text.</param>
/// <param name="waited">Whether readiness was asked for.</param>
sealed class UploadReport(ConsoleOutput console, UploadOutput output, bool waited)
{
    /// <summary>Maximum number of names before a shared reason; the table lists all.</summary>
    private const int MostNames = 3;

    /// <param name="results">One result for each file.</param>
    /// <param name="skipped">Files that were left out, with the reason.</param>
    /// <param name="stopped">Whether the user stopped the upload.</param>
    /// <returns>The exit status.</returns>
    public int Print(IReadOnlyList<UploadResult> results, IReadOnlyList<SkippedFile> skipped, bool stopped)
    {
        console.Document(Document(results, skipped, stopped));
        if (output == UploadOutput.Ids) PrintIds(results);
        else if (output != UploadOutput.None && (stopped || results.Any(result => result.Id is not null))) PrintTable(results);
        if (output == UploadOutput.Urls) PrintUrls(results);
        if (output is UploadOutput.Ids or UploadOutput.None) PrintEachReason(results, stopped);
        else PrintReasons(results, stopped);
        if (stopped) console.Warn(Stopped(results));
        return stopped ? ExitCode.Interrupted : results.Select(result => result.ExitCode(waited)).DefaultIfEmpty(ExitCode.Done).Max();
    }

    private static object Document(IReadOnlyList<UploadResult> results, IReadOnlyList<SkippedFile> skipped, bool stopped) => new
    {
        uploads = results.Select(result => new
        {
            file = result.Path,
            result.Id,
            result.Status,
            existing = result.IsExisting ? true : (bool?)null,
            asset = result.Asset?.Json,
            error = result.Failure is { } failure ? new { failure.Code, failure.Message } : null,
        }),
        skipped = skipped.Select(one => new { file = one.Path, one.Reason }),
        total = results.Count,
        ready = results.Count(result => result.Asset?.Value.IsReady == true),
        stopped,
    };

    private void PrintIds(IEnumerable<UploadResult> results)
    {
        foreach (var result in results.Where(result => result.ExitCode(waited) == ExitCode.Done)) console.Line(result.Id!);
    }

    private void PrintTable(IEnumerable<UploadResult> results)
    {
        var table = new TextTable("FILE", "ID", "STATUS", "REASON");
        foreach (var result in results) table.Add(result.Path, result.Id, result.Status, Reason(result));
        console.Table(table);
    }

    private void PrintUrls(IEnumerable<UploadResult> results)
    {
        foreach (var result in results.Where(result => result.Asset?.Value.IsReady == true))
        {
            console.Line();
            console.Line(result.Path);
            console.Table(AssetView.Variants(result.Asset!.Value), indent: "  ");
        }
    }

    // Print each reason once, not once for each file.
    private void PrintReasons(IReadOnlyList<UploadResult> results, bool stopped)
    {
        foreach (var same in results.Where(result => result.Failure is not null).GroupBy(result => result.Failure!.Message, StringComparer.Ordinal))
        {
            var failure = CliFailure.Of(same.First().Failure!);
            console.Explain(failure, failure.ExitCode > ExitCode.Refused ? null : Names([.. same]));
        }

        var left = results.Count(result => result is { Status: UploadResult.NotUploaded, Failure: null });
        if (left > 0 && !stopped) console.Notice($"{left} more not uploaded");
    }

    // Without a table, print each file's reason.
    private void PrintEachReason(IEnumerable<UploadResult> results, bool stopped)
    {
        foreach (var result in results)
        {
            if (result.ExitCode(waited) == ExitCode.Done && !(stopped && output == UploadOutput.None)) continue;
            if (result.Failure is { } failure) console.Explain(CliFailure.Of(failure), result.Path);
            else console.Warn(string.Join(": ", new[] { result.Path, StatusWithId(result), Reason(result) }.Where(part => part.Length > 0)));
        }
    }

    private static string StatusWithId(UploadResult result) => result.Id is null ? result.Status : $"{result.Status} {result.Id}";

    private static string Names(UploadResult[] results) => string.Join(", ", results.Take(MostNames).Select(one => one.Path))
        + (results.Length > MostNames ? $" and {results.Length - MostNames} more" : "");

    private static string Reason(UploadResult result) =>
        result.Failure?.Code ?? (AssetView.Reason(result.Asset?.Value) is { Length: > 0 } reason ? reason : result.IsExisting ? "already on the server" : "");

    private static string Stopped(IReadOnlyList<UploadResult> results)
    {
        var uploaded = results.Count(result => result.IsUploaded);
        var left = results.Count - uploaded;
        return $"stopped: {uploaded} uploaded, {left} not{(left > 0 ? "; run the command again with --skip-existing to upload the rest" : "")}";
    }
}
