using Pipeline.Assets;
using Pipeline.Assets.Overview;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Overview;

/// <param name="Id">The asset.</param>
/// <param name="OwnerId">The user who uploaded it.</param>
/// <param name="Status">The status.</param>
/// <param name="Work">queued or processing while a revision is in work.</param>
/// <param name="Code">The code of the failure or rejection.</param>
/// <param name="Reason">Its sentence.</param>
/// <param name="Engine">The imaging engine that failed.</param>
/// <param name="Profile">The profile.</param>
/// <param name="ContentType">The type found in the bytes, else the claimed one.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Revision">The newest revision.</param>
/// <param name="Attempt">The attempt of it.</param>
/// <param name="Visibility">Who sees the variants.</param>
/// <param name="ThumbnailUrl">A small picture.</param>
/// <param name="CreatedAt">When the upload was requested.</param>
/// <param name="UpdatedAt">When the asset changed last.</param>
public sealed record OperatorAssetView(
    Guid Id, string OwnerId, string Status, string? Work, string? Code, string? Reason, string? Engine, string Profile, string ContentType, long Size, int Revision, int Attempt,
    string Visibility, Uri? ThumbnailUrl, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static OperatorAssetView Of(Asset asset, StorageAreas areas)
    {
        var isRejected = asset.Status == AssetStatus.Rejected;
        return new OperatorAssetView(
            asset.Id, asset.OwnerId, AssetView.Word(asset.Status), asset.Work switch { WorkState.Idle => null, WorkState.Queued => "queued", _ => "processing" },
            isRejected ? asset.RejectionCode : asset.FailureCode, isRejected ? asset.RejectionReason : asset.FailureReason, asset.FailureCode is null ? null : asset.FailureEngine,
            asset.Profile, asset.Publication?.Original?.ContentType ?? asset.ClaimedType, asset.Size, asset.Revision, asset.Attempt,
            VisibilityWords.Word(asset.Visibility), Thumbnail.Of(asset, areas), asset.CreatedAt, asset.UpdatedAt);
    }
}
