using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>What the owner wants kept in view.</summary>
public sealed partial class Asset
{
    /// <summary>False once a focal point can have no effect any more: the file is refused, or gone.</summary>
    public bool CanFocus => Status is not (AssetStatus.Rejected or AssetStatus.Expired or AssetStatus.Deleted);

    /// <summary>
    /// Sets the focal point, or unsets it with null. All attempts of a revision must make the same, and one of the newest may be with a
    /// worker already: so what is confirmed gets a new revision, which follows the one in flight. False if nothing changed.
    /// </summary>
    public bool Focus(FocalPoint? point, DateTimeOffset now)
    {
        if (!CanFocus || (point == FocalPoint && !HasGivenUp)) return false;
        (FocalX, FocalY) = (point?.X, point?.Y);
        Record(now, "focus_set", point is null ? "The focal point was unset." : FormattableString.Invariant($"The focal point is {point.X:0.####} from the left and {point.Y:0.####} from the top."));
        if (Status != AssetStatus.Pending) RequestRevision(now);
        return true;
    }

    // The newest revision, which was to bring the focal point, came to nothing; asking for it again is a reason to try again.
    private bool HasGivenUp => Work == WorkState.Idle && FailureCode is not null;
}
