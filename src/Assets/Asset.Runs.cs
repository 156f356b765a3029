using Pipeline.Assets.Runs;

namespace Pipeline.Assets;

/// <summary>What a run over many assets reads of an asset.</summary>
public sealed partial class Asset
{
    /// <summary>
    /// How the revision that a run started has ended; null while it is in work. A later revision that was published counts as well, because it
    /// was made with the same or newer settings.
    /// </summary>
    public (string Result, string Code)? EndOf(int revision)
    {
        if (Publication?.Revision >= revision) return (RunResult.Done, "");
        if (Work != WorkState.Idle) return null;
        return Status switch
        {
            AssetStatus.Deleted => (RunResult.Skipped, AssetView.Word(AssetStatus.Deleted)),
            AssetStatus.Rejected => (RunResult.Failed, RejectionCode ?? Contracts.FailureCode.Internal),
            _ => (RunResult.Failed, FailureCode ?? Contracts.FailureCode.Internal),
        };
    }

    /// <summary>Saves the row although nothing changed, so that the save fails if another writer has changed it since it was read.</summary>
    internal bool Touch(DateTimeOffset now)
    {
        if (now > UpdatedAt) UpdatedAt = now;
        return true;
    }
}
