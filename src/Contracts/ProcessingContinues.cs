namespace Pipeline.Contracts;

/// <summary>
/// A worker is alive and holds the request: it processes the asset or waits for a free slot. Published by Processor at intervals, consumed
/// by UploadApi. Not stored if there is no consumer: the next message says the same.
/// </summary>
public sealed record ProcessingContinues
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The revision of the request.</summary>
    public required int Revision { get; init; }

    /// <summary>The attempt of the request.</summary>
    public required int Attempt { get; init; }
}
