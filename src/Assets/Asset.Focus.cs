using Pipeline.Assets.Events;
using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>The focal point: the place in the image that crops keep in view.</summary>
public sealed partial class Asset
{
    /// <summary>
    /// Whether a focal point can still have an effect: false if the file is rejected, or the asset is expired or deleted.
    /// </summary>
    public bool CanFocus => Status is not (AssetStatus.Rejected or AssetStatus.Expired or AssetStatus.Deleted);

    /// <summary>
    /// Sets the focal point; null removes it. All attempts of a revision must use the same focal point, and a worker may already process
    /// the newest revision. So a confirmed asset gets a new revision, which follows the one in flight. False if nothing changed.
    /// </summary>
    public bool Focus(FocalPoint? point, DateTimeOffset now)
    {
        if (!CanFocus || (point == FocalPoint && !HasGivenUp)) return false;
        (FocalX, FocalY) = (point?.X, point?.Y);
        Record(now, AssetEventKind.FocusSet, new FocalPointData(point?.X, point?.Y));
        if (Status != AssetStatus.Pending) RequestRevision(now);
        return true;
    }

    // The newest revision failed; setting the same focal point again requests a new revision.
    private bool HasGivenUp => Work == WorkState.Idle && FailureCode is not null;
}
