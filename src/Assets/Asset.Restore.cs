using Pipeline.Assets.Events;

namespace Pipeline.Assets;

/// <summary>An asset of an earlier time.</summary>
public sealed partial class Asset
{
    /// <summary>The asset as an event has stored it, for views only; it is never saved.</summary>
    internal static Asset Restore(Guid id, string tenantId, AssetSnapshot snapshot) => new()
    {
        Id = id,
        TenantId = tenantId,
        BatchId = snapshot.BatchId,
        Status = snapshot.Status,
        FileName = snapshot.FileName,
        ClaimedType = snapshot.ClaimedType,
        Size = snapshot.Size,
        Sha256 = snapshot.Sha256,
        Profile = snapshot.Profile,
        FocalX = snapshot.FocalX,
        FocalY = snapshot.FocalY,
        Publication = snapshot.Publication,
        ProfileFingerprint = snapshot.ProfileFingerprint,
        PerceptualHash = snapshot.PerceptualHash,
        RejectionCode = snapshot.RejectionCode,
        RejectionReason = snapshot.RejectionReason,
        FailureCode = snapshot.FailureCode,
        FailureReason = snapshot.FailureReason,
        Work = snapshot.Work,
        Attempt = snapshot.Attempt,
        Revision = snapshot.Revision,
        OnceMore = snapshot.HasFollowUp,
        DispatchAt = snapshot.DispatchAt,
        Visibility = snapshot.Visibility,
        IsTemporary = snapshot.IsTemporary,
        DeleteAt = snapshot.DeleteAt,
        CreatedAt = snapshot.CreatedAt,
        ConfirmedAt = snapshot.ConfirmedAt,
        ReadyAt = snapshot.ReadyAt,
        UpdatedAt = snapshot.UpdatedAt,
        Version = snapshot.Version,
    };
}
