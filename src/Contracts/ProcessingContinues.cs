namespace Pipeline.Contracts;

/// <summary>
/// A worker has an asset in hand and is alive: at work, or waiting for its turn. Published by Processor again and again while that lasts,
/// consumed by UploadApi. Never kept where nobody listens: the next one says the same.
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
