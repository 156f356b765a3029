using Pipeline.Assets.Events;
using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>Uploads whose size is not known until they arrive.</summary>
public sealed partial class Asset
{
    /// <summary>
    /// Whether <see cref="Size"/> is only the largest allowed length: the upload was requested without a size. It counts as such against all limits
    /// until the confirm, which knows the size.
    /// </summary>
    public bool SizeIsBound { get; private set; }

    /// <summary>Whether the file of a pending upload may have this length.</summary>
    public bool AllowsSize(long size) => SizeIsBound ? size >= 1 && size <= Size : size == Size;

    /// <summary>Lowers the largest allowed length to what a limit leaves, before the upload is issued.</summary>
    internal void LowerBound(long left)
    {
        if (!SizeIsBound || left < 1) throw new InvalidOperationException("Only an upload of unknown size has a bound, and it is at least 1.");
        Size = Math.Min(Size, left);
    }

    /// <summary>Rejects an upload of unknown size whose file is larger than allowed. False if the asset is not pending any more.</summary>
    public bool RejectOversize(long received, DateTimeOffset now)
    {
        if (Status != AssetStatus.Pending || !SizeIsBound) return false;
        var reason = $"The file has {received} bytes; at most {Size} are accepted.";
        Record(now, AssetEventKind.Rejected, new RejectedData(Contracts.RejectionCode.TooLarge, reason));
        (Status, TidyAt, RejectionCode, RejectionReason) = (AssetStatus.Rejected, now, Contracts.RejectionCode.TooLarge, reason);
        return true;
    }

    private void SettleSize(long? size)
    {
        if (!SizeIsBound) return;
        if (size is not { } real || !AllowsSize(real)) throw new ArgumentOutOfRangeException(nameof(size), size, "A file of this size may not be confirmed.");
        (Size, SizeIsBound) = (real, false);
    }
}
