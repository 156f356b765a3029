namespace Pipeline.Client;

/// <summary>Uploads files with all parts of the client: hashes, presign requests for many files, PUTs or parts, confirms for many files, waits.</summary>
internal sealed class FileUploads(ApiClient api, ObjectPut put, AssetWaiter waiter, Uri server, TimeProvider time)
{
    /// <summary>Uploads several files; a file that fails does not stop the others.</summary>
    /// <returns>One result for each path, in the same order.</returns>
    public async Task<IReadOnlyList<UploadedFile>> RunAsync(
        IReadOnlyList<string> paths, UploadOptions options, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Concurrency, 1, nameof(options));
        var results = new UploadedFile[paths.Count];
        var files = new LocalFile?[paths.Count];
        for (var i = 0; i < paths.Count; i++)
        {
            files[i] = Examine(paths[i], out var failure);
            if (failure is not null) results[i] = new UploadedFile(paths[i], Id: null, Asset: null, failure);
        }

        var plan = new UploadPlan(options.Profile, options.Wait, options.Temporary, Existing: null, options.Visibility, options.AutoConfirm);
        var hashes = new FileHashes();
        var resume = new ResumeFiles(options.ResumeFolder, server, token, plan, warn: _ => { });
        using var presigned = new PresignQueue(api, plan, [.. files.OfType<LocalFile>()], hashes, resume, time);
        using var confirms = new ConfirmQueue(api);
        var parts = new PartUploader(api, put, resume, notice: _ => { });
        var uploader = new Uploader(hashes, presigned, new SignedPut(api, put, time), parts, confirms, waiter, plan);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, paths.Count).Where(i => files[i] is not null), parallel, async (i, stop) =>
        {
            var result = await uploader.UploadAsync(files[i]!, step => Show(step, options.Progress), stop);
            results[i] = new UploadedFile(paths[i], result.Id, result.Asset?.Value, result.Failure);
        });
        cancellationToken.ThrowIfCancellationRequested();
        return results;
    }

    private static LocalFile? Examine(string path, out PipelineException? failure)
    {
        failure = null;
        try
        {
            if (LocalFile.Examine(path) is { } file) return file;
            failure = new PipelineException(FailureKind.File, "empty", "The file is empty. Choose another one");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = LocalFile.Unreadable(e);
        }

        return null;
    }

    private static void Show(UploadStep step, Action<UploadProgress>? progress)
    {
        var file = step.File;
        if (step is UploadStep.Sent sent) progress?.Invoke(new UploadProgress(file.Path, sent.Bytes, file.Length));
        else if (step is UploadStep.Seen seen) progress?.Invoke(new UploadProgress(file.Path, file.Length, file.Length, seen.Asset));
    }
}
