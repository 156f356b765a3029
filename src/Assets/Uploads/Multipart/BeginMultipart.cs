using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads.Multipart;

/// <summary>How the request for a multipart upload ended.</summary>
public abstract record BeginMultipartResult
{
    private BeginMultipartResult()
    {
    }

    /// <summary>The asset exists and waits for its parts.</summary>
    public sealed record Begun(Asset Asset) : BeginMultipartResult;

    /// <summary>The file may not be uploaded.</summary>
    public sealed record Refused(UploadRefusal Why) : BeginMultipartResult;

    /// <summary>The caller has too much pending, or a limit does not leave enough.</summary>
    public sealed record NoRoom(NotAdded Why) : BeginMultipartResult;

    /// <summary>The caller has no such upload.</summary>
    public sealed record NotFound : BeginMultipartResult;

    /// <summary>The upload was not confirmed in time.</summary>
    public sealed record Expired : BeginMultipartResult;

    /// <summary>The file has arrived and is confirmed.</summary>
    public sealed record AlreadyConfirmed : BeginMultipartResult;
}

/// <summary>Begins a multipart upload at the store and records it in the row of its asset.</summary>
/// <remarks>
/// The store comes first, so that a row never waits for an upload that does not exist. What a crash between the two leaves, the sweep of open
/// uploads aborts.
/// </remarks>
public sealed class BeginMultipart(
    UploadPolicy policy,
    PendingUploads pending,
    UploadUrls urls,
    AssetStore assets,
    IMultipartUploads uploads,
    IOptions<UploadOptions> options,
    TimeProvider time,
    ILogger<BeginMultipart> logger)
{
    /// <summary>Begins the upload of a file.</summary>
    /// <param name="request">The file.</param>
    /// <param name="caller">Owns the upload.</param>
    /// <param name="plan">Cuts a file of this size into parts; null for the server's own plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<BeginMultipartResult> RunAsync(UploadRequest request, Caller caller, Func<long, PartPlan>? plan, CancellationToken cancellationToken)
    {
        if (policy.Judge(request) is { } refusal) return new BeginMultipartResult.Refused(refusal);
        var now = time.GetUtcNow();
        var asset = urls.NewAsset(request, caller, now);
        NotAdded? refused = null;
        await BeginAsync(asset, (plan ?? Plan)(asset.Size), async begin =>
        {
            begin(asset);
            refused = await pending.TryAddAsync(asset, cancellationToken);
            return refused is null;
        }, cancellationToken);
        return refused switch
        {
            null => new BeginMultipartResult.Begun(asset),
            var why => new BeginMultipartResult.NoRoom(why),
        };
    }

    /// <summary>Begins a multipart upload for an upload that was requested as a single PUT. Can be repeated.</summary>
    public async Task<BeginMultipartResult> RunAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var asset = await assets.FindAsync(id, caller, cancellationToken);
        if (asset is { Status: AssetStatus.Pending, MultipartId: null })
        {
            await BeginAsync(asset, Plan(asset.Size), async begin =>
            {
                var result = await assets.ChangeAsync(id, a => begin(a), cancellationToken);
                asset = result?.Asset;
                return result is { Changed: true };
            }, cancellationToken);
        }

        return asset?.Status switch
        {
            null or AssetStatus.Deleted => new BeginMultipartResult.NotFound(),
            AssetStatus.Expired => new BeginMultipartResult.Expired(),
            AssetStatus.Pending => new BeginMultipartResult.Begun(asset),
            _ => new BeginMultipartResult.AlreadyConfirmed(),
        };
    }

    private PartPlan Plan(long size) => PartPlan.For(size, options.Value.Multipart);

    private async Task BeginAsync(Asset asset, PartPlan plan, Func<Func<Asset, bool>, Task<bool>> keep, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Parse(asset.IncomingKey);
        var uploadId = await uploads.CreateAsync(key, UploadUrls.OptionsOf(asset), cancellationToken);
        var isKept = false;
        try
        {
            isKept = await keep(a => a.BeginMultipart(uploadId, plan.PartSize));
        }
        finally
        {
            if (!isKept) await AbortAsync(asset.Id, key, uploadId);
        }
    }

    private async Task AbortAsync(Guid id, ObjectKey key, string uploadId)
    {
        try
        {
            // Not cancelled with the request, because nobody else knows of this upload.
            await uploads.AbortAsync(key, uploadId, CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The caller must learn why the upload did not begin, and not that this failed too.
            logger.UnusedUploadStaysOpen(e, id);
        }
    }
}
