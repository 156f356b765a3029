using Pipeline.Assets.Batches;

namespace Pipeline.Assets.Uploads;

/// <summary>How the request for a batch of uploads ended.</summary>
public abstract record IssueBatchResult
{
    private IssueBatchResult()
    {
    }

    /// <summary>The assets exist and wait for their bytes.</summary>
    /// <param name="BatchId">The batch.</param>
    /// <param name="Uploads">In the order of the request.</param>
    public sealed record Issued(Guid BatchId, IReadOnlyList<SignedUpload> Uploads) : IssueBatchResult;

    /// <summary>At least one file may not be uploaded, so none may.</summary>
    /// <param name="Files">The refused files.</param>
    public sealed record Refused(IReadOnlyList<RefusedFile> Files) : IssueBatchResult;

    /// <summary>The caller has too much pending, or a limit does not leave enough.</summary>
    public sealed record NoRoom(NotAdded Why) : IssueBatchResult;
}

/// <param name="Index">Place in the request, from 0.</param>
/// <param name="Why">The reason.</param>
public sealed record RefusedFile(int Index, UploadRefusal Why);

/// <summary>Adds a batch with its pending assets and signs their URLs: for all files or for none.</summary>
public sealed class IssueBatch(UploadPolicy policy, PendingUploads pending, UploadUrls urls, TimeProvider time)
{
    /// <summary>Most files in one batch.</summary>
    public const int MaxFiles = 100;

    /// <param name="files">1 to <see cref="MaxFiles"/> files.</param>
    /// <param name="caller">Owns the uploads.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IssueBatchResult> RunAsync(IReadOnlyList<UploadRequest> files, Caller caller, CancellationToken cancellationToken)
    {
        if (files.Count is 0 or > MaxFiles) throw new ArgumentOutOfRangeException(nameof(files), files.Count, $"A batch has 1 to {MaxFiles} files.");
        var refused = files.Select((file, index) => (Index: index, Why: policy.Judge(file))).Where(file => file.Why is not null).ToList();
        if (refused.Count > 0) return new IssueBatchResult.Refused(refused.ConvertAll(file => new RefusedFile(file.Index, file.Why!)));

        var now = time.GetUtcNow();
        var batch = new Batch(Guid.CreateVersion7(now), caller, files.Count, now);
        var uploads = files.Select((file, index) => urls.New(file, caller, now, batch.Id, index)).ToList();
        return await pending.TryAddAsync(uploads.ConvertAll(upload => upload.Asset), batch, cancellationToken) switch
        {
            null => new IssueBatchResult.Issued(batch.Id, uploads),
            var why => new IssueBatchResult.NoRoom(why),
        };
    }
}
