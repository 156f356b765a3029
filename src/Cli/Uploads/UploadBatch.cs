using Pipeline.Cli.Uploads.Selection;

namespace Pipeline.Cli.Uploads;

/// <summary>Uploads several files, a few at a time; results are in the order of the files. A failed file does not stop the others.</summary>
/// <param name="uploader">Uploads one file.</param>
/// <param name="concurrency">Number of parallel uploads.</param>
/// <param name="wait">How long each file is waited for; null if it is not.</param>
sealed class UploadBatch(Uploader uploader, int concurrency, TimeSpan? wait)
{
    public const int UsualConcurrency = 3;

    /// <summary>Number of consecutive files that cannot reach the server, after which the batch stops.</summary>
    private const int MaxUnreachedInARow = 3;

    private readonly Lock _lock = new();
    private int _unreachedInARow;
    private bool _aborted;

    /// <param name="files">All selected files; unusable ones get their result at once.</param>
    /// <param name="show">Called with each step of each file, from several threads.</param>
    /// <param name="cancellationToken">Skips files that have not begun and stops running uploads; the results show how far each came.</param>
    public async Task<UploadResult[]> RunAsync(IReadOnlyList<ChosenFile> files, Action<UploadStep> show, CancellationToken cancellationToken)
    {
        var results = new UploadResult[files.Count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(WorkAsync, CancellationToken.None)));
        return results;

        async Task WorkAsync()
        {
            for (int index; (index = Interlocked.Increment(ref next)) < files.Count;)
                results[index] = await OneAsync(files[index], show, cancellationToken);
        }
    }

    private async Task<UploadResult> OneAsync(ChosenFile chosen, Action<UploadStep> show, CancellationToken cancellationToken)
    {
        if (chosen.File is not { } file) return new UploadResult(chosen.Path, Id: null, UploadResult.NotUploaded, Failure: chosen.Failure);
        if (cancellationToken.IsCancellationRequested || IsAborted()) return new UploadResult(chosen.Path, Id: null, UploadResult.NotUploaded);
        show(new UploadStep.Begun(file));
        var result = UploadResults.Explained(await uploader.UploadAsync(file, show, cancellationToken), wait);
        Count(result.Failure as CliFailure);
        show(new UploadStep.Over(file, result));
        return result;
    }

    private bool IsAborted()
    {
        lock (_lock) return _aborted;
    }

    // A rejected token fails for every file, and so does an unreachable server.
    private void Count(CliFailure? failure)
    {
        lock (_lock)
        {
            _unreachedInARow = failure?.Code == PipelineException.UnreachableCode ? _unreachedInARow + 1 : 0;
            _aborted |= _unreachedInARow >= MaxUnreachedInARow || failure?.ExitCode == ExitCode.Usage;
        }
    }
}
