using Microsoft.Extensions.Logging;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads.Multipart;

/// <summary>Gives an upload up: deletes its asset and aborts the upload at the store. Can be repeated.</summary>
public sealed class AbortMultipart(
    AssetStore assets, IMultipartUploads uploads, SweepSignal<ObjectCleanup> cleanup, TimeProvider time, ILogger<AbortMultipart> logger)
{
    /// <returns>Null if the upload is aborted, by this call or an earlier one; else why it cannot be.</returns>
    public async Task<MultipartRefusal?> RunAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if (await assets.FindAsync(id, caller, cancellationToken) is not { } asset) return MultipartRefusal.NotFound;
        if (asset.MultipartId is null) return asset.Status == AssetStatus.Deleted ? MultipartRefusal.NotFound : MultipartRefusal.NotMultipart;
        var now = (await assets.ChangeAsync(id, a => a.Abort(time.GetUtcNow()), cancellationToken))?.Asset;
        if (now?.Status is not (AssetStatus.Deleted or AssetStatus.Expired)) return MultipartRefusal.AlreadyConfirmed;

        // The row first: a completion that comes now finds no asset. The cleanup aborts as well, and again after the last URL has expired.
        cleanup.Raise();
        try
        {
            await uploads.AbortAsync(ObjectKey.Parse(asset.IncomingKey), asset.MultipartId, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The upload is given up all the same, even if the store's key lacks the right to abort.
            logger.UnusedUploadStaysOpen(e, id);
        }

        return null;
    }
}
