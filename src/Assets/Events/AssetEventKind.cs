namespace Pipeline.Assets.Events;

/// <summary>
/// All kinds of events. Stored and shown in snake case; see <see cref="AssetEvent.Word"/>. A kind never changes its meaning; a new
/// meaning gets a new kind.
/// </summary>
public enum AssetEventKind
{
    /// <summary>An upload URL was issued. <see cref="CreatedData"/>.</summary>
    Created,

    /// <summary>The upload was confirmed.</summary>
    Confirmed,

    /// <summary>The upload was not confirmed in time.</summary>
    Expired,

    /// <summary>The bus has accepted the request.</summary>
    Dispatched,

    /// <summary>The bus lost the request, or no worker accepted it; it is published again.</summary>
    Requeued,

    /// <summary>A worker began an attempt. <see cref="StartedData"/>.</summary>
    Started,

    /// <summary>The scanner looked at the file. <see cref="ScannedData"/>.</summary>
    Scanned,

    /// <summary>The bytes have another type than the upload claimed. <see cref="TypeDiffersData"/>.</summary>
    TypeDiffers,

    /// <summary>The variants were published. <see cref="ReadyData"/>.</summary>
    Ready,

    /// <summary>The file is at fault. <see cref="RejectedData"/>.</summary>
    Rejected,

    /// <summary>An attempt failed, and another follows. <see cref="AttemptFailedData"/>.</summary>
    AttemptFailed,

    /// <summary>The last attempt failed. <see cref="AttemptFailedData"/>.</summary>
    Failed,

    /// <summary>The owner set or unset the focal point. <see cref="FocalPointData"/>.</summary>
    FocusSet,

    /// <summary>A new revision was requested. <see cref="RevisionData"/>.</summary>
    ReprocessRequested,

    /// <summary>The revision that was requested meanwhile begins.</summary>
    RevisionFollows,

    /// <summary>A run was taken back: an earlier revision is shown again. <see cref="RevisionData"/>.</summary>
    RolledBack,

    /// <summary>The table was lost: the row was made again from the manifest beside the original.</summary>
    Rebuilt,

    /// <summary>The owner keeps a temporary asset.</summary>
    Kept,

    /// <summary>The owner made the asset public or private. <see cref="VisibilityData"/>.</summary>
    VisibilitySet,

    /// <summary>The variants were moved to the public or the private area. <see cref="VisibilityData"/>.</summary>
    Moved,

    /// <summary>Somebody got a URL of the original. <see cref="SharedData"/>.</summary>
    OriginalShared,

    /// <summary>The owner deleted the asset, or it was temporary and its time was over. <see cref="DeletedData"/>.</summary>
    Deleted,

    /// <summary>All objects of a deleted asset were deleted.</summary>
    Erased,

    /// <summary>All assets of a batch are final. The subject is the batch.</summary>
    BatchCompleted,

    /// <summary>Nothing but failures for days: a webhook is paused. The subject is the webhook.</summary>
    WebhookPaused,
}
