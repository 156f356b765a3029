namespace Pipeline.Cli.Uploads;

/// <summary>Several files, three at a time, results in the order of the files.</summary>
static class UploadBatch
{
    private const int AtATime = 3;

    /// <param name="uploader">Knows the way of one file.</param>
    /// <param name="files">All files.</param>
    /// <param name="show">Told of each step of each file, from several threads.</param>
    /// <param name="stop">Ends all with an exception.</param>
    public static async Task<UploadResult[]> RunAsync(
        Uploader uploader, IReadOnlyList<LocalFile> files, Action<UploadStep> show, CancellationToken stop)
    {
        var results = new UploadResult[files.Count];

        // A server that is gone or a token that is not accepted: no file after this one would fare better.
        var hopeless = false;
        await Parallel.ForAsync(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = stop },
            async (index, token) =>
            {
                var file = files[index];
                results[index] = Volatile.Read(ref hopeless)
                    ? new UploadResult(file, Id: null, UploadResult.NotUploaded)
                    : await uploader.UploadAsync(file, show, token);
                if (results[index].Failure?.ExitCode > ExitCode.Refused) Volatile.Write(ref hopeless, true);
                show(new UploadStep.Over(file, results[index]));
            });
        return results;
    }
}
