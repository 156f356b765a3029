using Pipeline.Assets.Events;
using Pipeline.Assets.Rescans;

namespace Pipeline.Assets;

/// <summary>Scans of the published original with newer signatures.</summary>
public sealed partial class Asset
{
    /// <summary>When the original was last found clean; null for assets that were published before this column existed.</summary>
    public DateTimeOffset? ScannedAt { get; private set; }

    /// <summary>The number of the signatures then; null if the scanner has none.</summary>
    public int? ScannedWith { get; private set; }

    /// <summary>
    /// A later scan found malware: rejects the file and unpublishes its variants, also while a newer revision is in work. False if nothing is published.
    /// </summary>
    internal bool Withdraw(string signature, string scanner, DateTimeOffset now)
    {
        if (Status != AssetStatus.Ready) return false;
        var reason = $"Malware was found by a later scan: {signature}, by {scanner}.";
        Record(now, AssetEventKind.Scanned, new ScannedData(scanner, IsClean: false));
        Record(now, AssetEventKind.Rejected, new RejectedData(Contracts.RejectionCode.Infected, reason));
        (Status, TidyAt, NamesAllObjects) = (AssetStatus.Rejected, now, false);
        Unpublish();
        (RejectionCode, RejectionReason) = (Contracts.RejectionCode.Infected, reason);
        (FailureCode, FailureReason) = (null, null);
        StopWork();
        return true;
    }

    private void FoundClean(string scanner, DateTimeOffset now) => (ScannedAt, ScannedWith) = (now, SignatureVersion.Of(scanner));
}
