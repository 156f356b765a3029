namespace Pipeline.Assets;

/// <summary>What people see of an asset. The names, in lower case, are part of the HTTP API.</summary>
public enum AssetStatus
{
    /// <summary>A URL was handed out; nothing is confirmed.</summary>
    Pending,

    /// <summary>Confirmed, waiting for a worker.</summary>
    Queued,

    /// <summary>A worker has it.</summary>
    Processing,

    /// <summary>Its variants are published; stays so while a newer revision is in work.</summary>
    Ready,

    /// <summary>The file is at fault. Final.</summary>
    Rejected,

    /// <summary>We are at fault and out of attempts. Can be reprocessed.</summary>
    Failed,

    /// <summary>Nothing was confirmed in time.</summary>
    Expired,

    /// <summary>Only the tombstone is left.</summary>
    Deleted,
}

/// <summary>Where the work on the newest revision stands; what the dispatcher and the sweeps look at.</summary>
public enum WorkState
{
    /// <summary>Nothing to do.</summary>
    Idle,

    /// <summary>To be published to the bus, or published and not yet started.</summary>
    Queued,

    /// <summary>A worker has told that it began.</summary>
    Processing,
}
