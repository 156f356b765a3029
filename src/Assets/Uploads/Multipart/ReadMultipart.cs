using Microsoft.Extensions.Options;

namespace Pipeline.Assets.Uploads.Multipart;

/// <summary>The state of a multipart upload, or why there is none.</summary>
/// <param name="State">The state; null with a refusal.</param>
/// <param name="Refusal">The refusal; null with a state.</param>
public sealed record ReadMultipartResult(MultipartState? State, MultipartRefusal? Refusal = null);

/// <param name="Asset">The asset.</param>
/// <param name="Plan">Its parts.</param>
/// <param name="Parts">The parts that have arrived; all of them once the upload is confirmed.</param>
/// <param name="ExpiresAt">When the upload is given up unless it is completed.</param>
public sealed record MultipartState(Asset Asset, PartPlan Plan, PartsAtStore Parts, DateTimeOffset ExpiresAt);

/// <summary>Tells which parts of an upload have arrived, so that a client can resume it.</summary>
public sealed class ReadMultipart(MultipartParts parts, IOptions<UploadOptions> options)
{
    public async Task<ReadMultipartResult> RunAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var (asset, plan, refusal) = await parts.FindAsync(id, caller, cancellationToken);
        if (refusal is not (null or MultipartRefusal.AlreadyConfirmed)) return new ReadMultipartResult(null, refusal);
        var look = refusal is null ? await parts.LookAsync(asset!, plan!, cancellationToken) : MultipartParts.All(plan!, asset!.IncomingETag ?? "");
        return look.IsGone
            ? new ReadMultipartResult(null, MultipartRefusal.Gone)
            : new ReadMultipartResult(new MultipartState(asset!, plan!, look, EndOf(asset!, options.Value)));
    }

    /// <summary>When a pending upload is given up.</summary>
    public static DateTimeOffset EndOf(Asset asset, UploadOptions options) => asset.CreatedAt + TimeSpan.FromSeconds(options.PendingSeconds);
}
