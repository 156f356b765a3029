namespace Pipeline.Assets;

/// <summary>The state of an asset as clients see it. The names, in lower case, are part of the HTTP API.</summary>
public enum AssetStatus
{
    /// <summary>A URL was issued; the upload is not confirmed.</summary>
    Pending,

    /// <summary>Confirmed, waiting for a worker.</summary>
    Queued,

    /// <summary>A worker processes it.</summary>
    Processing,

    /// <summary>Its variants are published. Remains while a newer revision is in work.</summary>
    Ready,

    /// <summary>The file is at fault. Final.</summary>
    Rejected,

    /// <summary>A fault on our side outlasted all attempts. Can be reprocessed.</summary>
    Failed,

    /// <summary>The upload was not confirmed in time.</summary>
    Expired,

    /// <summary>Only the tombstone is left.</summary>
    Deleted,
}

/// <summary>State of the work on the newest revision; the dispatcher and the sweeps read it.</summary>
public enum WorkState
{
    /// <summary>Nothing to do.</summary>
    Idle,

    /// <summary>To be published to the bus, or published and not yet started.</summary>
    Queued,

    /// <summary>A worker reported that it began.</summary>
    Processing,
}
