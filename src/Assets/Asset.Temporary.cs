using Pipeline.Assets.Events;

namespace Pipeline.Assets;

/// <summary>Temporary assets, which are deleted some time after they are ready unless the owner keeps them.</summary>
public sealed partial class Asset
{
    /// <summary>The asset is deleted some time after it is ready, unless the owner keeps it.</summary>
    public bool IsTemporary { get; private set; }

    /// <summary>When a temporary asset is deleted; null until it is ready, and for all others.</summary>
    public DateTimeOffset? DeleteAt { get; private set; }

    /// <summary>Keeps a temporary asset. False if it is not temporary, which it also is not once it is deleted.</summary>
    public bool Keep(DateTimeOffset now)
    {
        if (!IsTemporary) return false;
        (IsTemporary, DeleteAt) = (false, null);
        Record(now, AssetEventKind.Kept);
        return true;
    }

    /// <summary>Deletes a temporary asset whose time is over. False if it is not due.</summary>
    public bool DeleteTemporary(DateTimeOffset now) => DeleteAt <= now && Delete(now, new DeletedData(IsTimeOver: true));
}
