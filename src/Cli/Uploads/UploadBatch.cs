using Pipeline.Cli.Uploads.Selection;

namespace Pipeline.Cli.Uploads;

/// <summary>Several files, a few at a time, results in the order of the files. A file that fails keeps no other back.</summary>
/// <param name="uploader">Knows the way of one file.</param>
/// <param name="concurrency">How many files are on their way at once.</param>
sealed class UploadBatch(Uploader uploader, int concurrency)
{
    public const int UsualConcurrency = 3;

    /// <summary>So many files in a row that find nobody are no longer the fault of a file.</summary>
    private const int OutageLength = 3;

    private readonly Lock _lock = new();
    private int _unreachedInARow;
    private bool _hopeless;

    /// <param name="files">All that were named; those that cannot be uploaded get their result at once.</param>
    /// <param name="show">Told of each step of each file, from several threads.</param>
    /// <param name="stop">Leaves what has not begun, and ends what has; the results tell how far each came.</param>
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
        if (cancellationToken.IsCancellationRequested || IsHopeless()) return new UploadResult(chosen.Path, Id: null, UploadResult.NotUploaded);
        show(new UploadStep.Begun(file));
        var result = await uploader.UploadAsync(file, show, cancellationToken);
        Judge(result.Failure);
        show(new UploadStep.Over(file, result));
        return result;
    }

    private bool IsHopeless()
    {
        lock (_lock) return _hopeless;
    }

    // A token that is not accepted is accepted for no file; a server that is gone is gone for all.
    private void Judge(CliFailure? failure)
    {
        lock (_lock)
        {
            _unreachedInARow = failure?.Code == CliFailure.UnreachableCode ? _unreachedInARow + 1 : 0;
            _hopeless |= _unreachedInARow >= OutageLength || failure?.ExitCode == ExitCode.Usage;
        }
    }
}
