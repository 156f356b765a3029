namespace Pipeline.Contracts;

/// <summary>A worker has begun to process an asset. Published by Processor, consumed by UploadApi.</summary>
public sealed record ProcessingStarted
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The revision of the request.</summary>
    public required int Revision { get; init; }

    /// <summary>The attempt of the request.</summary>
    public required int Attempt { get; init; }

    /// <summary>Name and version of the worker, for the timeline.</summary>
    public required string Worker { get; init; }

    /// <summary>Id of the worker's process, as in <see cref="ProfilesAnnounced"/>. Null from workers older than this field.</summary>
    public Guid? Instance { get; init; }
}
