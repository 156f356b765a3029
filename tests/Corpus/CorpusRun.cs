namespace Pipeline.Corpus;

/// <summary>Processes all rows, four at a time, and finally runs exiftool on all published variants.</summary>
internal static class CorpusRun
{
    private const int InFlight = 4;

    public static async Task<IReadOnlyList<RowResult>> RunAsync(
        IReadOnlyList<CorpusRow> rows, Uri server, Func<string> token, string downloads, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = server };
        var runner = new RowRunner(new PipelineClient(http, token), downloads, TimeProvider.System);
        var results = new RowResult[rows.Count];
        await Parallel.ForEachAsync(
            rows.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (row, token) => results[row.Index] = await runner.RunAsync(row.Item, row.Index, token));

        var metadata = await ExifTool.FindMetadataAsync(downloads, cancellationToken);
        return [.. results.Index().Select(r => r.Item.AndBroken(
            metadata.Where(m => Path.GetDirectoryName(m.Key) == runner.FolderOf(r.Index)).Select(m => $"metadata: {m.Value}").Distinct()))];
    }
}
