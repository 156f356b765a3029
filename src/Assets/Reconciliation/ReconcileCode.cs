namespace Pipeline.Assets.Reconciliation;

/// <summary>The codes of a comparison. The strings are part of the HTTP API and of the table.</summary>
public static class ReconcileCode
{
    /// <summary>An object that no row names.</summary>
    public const string Orphan = "orphan";

    /// <summary>A row names an object that the store does not have.</summary>
    public const string Missing = "missing";

    /// <summary>The object has another length than its row says.</summary>
    public const string OtherSize = "other_size";

    /// <summary>The object has another entity tag than its row says.</summary>
    public const string OtherTag = "other_tag";

    /// <summary>The row cannot be read, so its objects are left alone.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>A row waits for work that neither the bus nor a worker seems to hold.</summary>
    public const string Stuck = "stuck";

    /// <summary>An orphan that a run has deleted.</summary>
    public const string Deleted = "deleted";

    /// <summary>An object that is right. Also the code of its count.</summary>
    public const string Right = "object";

    /// <summary>A row that is right.</summary>
    public const string Row = "row";

    /// <summary>Work or the cleanup of the asset deals with the object.</summary>
    public const string InWork = "in_work";

    /// <summary>An object of a listing that is in none of our areas.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>A page of a listing failed.</summary>
    public const string ListingFailed = "listing_failed";

    /// <summary>An orphan that was gone when its turn came.</summary>
    public const string Gone = "gone";

    /// <summary>An orphan that changed after the listing, or that is younger than two days.</summary>
    public const string Changed = "changed";

    /// <summary>A row names the object by now.</summary>
    public const string Needed = "needed";

    /// <summary>A manifest describes the asset, so its row can be made again.</summary>
    public const string Rebuildable = "rebuildable";

    /// <summary>What can be found, for clients.</summary>
    public static IReadOnlyList<string> Findings { get; } = [Orphan, Missing, OtherSize, OtherTag, Unreadable, Stuck, Deleted, Gone];
}
