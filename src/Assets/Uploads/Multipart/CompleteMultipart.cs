using Pipeline.Storage;

namespace Pipeline.Assets.Uploads.Multipart;

/// <summary>How a completion ended.</summary>
public abstract record CompleteMultipartResult
{
    private CompleteMultipartResult()
    {
    }

    /// <summary>The parts are one file; the confirm that followed ended like this.</summary>
    public sealed record Stored(ConfirmResult Confirm) : CompleteMultipartResult;

    /// <summary>Parts have not arrived, or have the wrong size.</summary>
    public sealed record PartsMissing(IReadOnlyList<int> Numbers) : CompleteMultipartResult;

    /// <summary>The upload cannot be completed.</summary>
    public sealed record Refused(MultipartRefusal Why) : CompleteMultipartResult;

    /// <summary>Parts were uploaded again meanwhile; the completion can be repeated.</summary>
    public sealed record Changing : CompleteMultipartResult;
}

/// <summary>
/// Makes the parts one file and confirms it. The server lists the parts by itself, so clients need no entity tags. Can be repeated, also by
/// several requests at once: a request that finds the file there only confirms it.
/// </summary>
public sealed class CompleteMultipart(MultipartParts parts, IMultipartUploads uploads, ConfirmUpload confirm)
{
    // A part that is uploaded again between the list and the completion makes the store refuse.
    private const int MaxTries = 3;

    /// <param name="id">The asset.</param>
    /// <param name="fileName">Replaces the announced name; null keeps it.</param>
    /// <param name="caller">Owns the upload.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="last">The number of the last part, if the client told it; needed only for a file of unknown size.</param>
    public async Task<CompleteMultipartResult> RunAsync(Guid id, string? fileName, Caller caller, CancellationToken cancellationToken, int? last = null)
    {
        var (asset, plan, refusal) = await parts.FindAsync(id, caller, cancellationToken);
        if (refusal is not (null or MultipartRefusal.AlreadyConfirmed)) return new CompleteMultipartResult.Refused(refusal!.Value);

        // The confirm refuses an invalid name; then the parts stay as they are.
        var isValid = fileName is null || FileName.Error(fileName) is null;
        if (refusal is null && isValid && await StoreAsync(asset!, plan!, last, cancellationToken) is { } problem) return problem;
        return new CompleteMultipartResult.Stored(await confirm.RunAsync(id, key: null, fileName, caller, cancellationToken));
    }

    /// <summary>Null if the file is stored.</summary>
    private async Task<CompleteMultipartResult?> StoreAsync(Asset asset, PartPlan plan, int? last, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var look = await parts.LookAsync(asset, plan, cancellationToken, last);
            if (look.IsStored) return null;
            if (look.IsGone) return new CompleteMultipartResult.Refused(MultipartRefusal.Gone);
            if (look.Bytes > plan.FileSize)
                return new CompleteMultipartResult.Stored(await confirm.RefuseAsync(asset.Id, new ConfirmResult.TooLarge(plan.FileSize, look.Bytes), cancellationToken));
            if (look.Missing.Count > 0) return new CompleteMultipartResult.PartsMissing(look.Missing);

            // If the upload is missing now, another request completed or aborted it: the next look tells which.
            if (await uploads.CompleteAsync(ObjectKey.Parse(asset.IncomingKey), asset.MultipartId!, look.Arrived, cancellationToken) == CompletionResult.Completed) return null;
        }

        return new CompleteMultipartResult.Changing();
    }
}
