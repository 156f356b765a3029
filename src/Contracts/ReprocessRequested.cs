namespace Pipeline.Contracts;

/// <summary>
/// An asset is to be processed again. Same content as <see cref="UploadConfirmed"/>, but a queue and a concurrency of its own,
/// so that a mass reprocess never delays a person who waits. Published by UploadApi, consumed by Processor.
/// </summary>
public sealed record ReprocessRequested : IProcessingRequest
{
    /// <inheritdoc />
    public required Guid AssetId { get; init; }

    /// <inheritdoc />
    public required int Revision { get; init; }

    /// <inheritdoc />
    public required int Attempt { get; init; }

    /// <inheritdoc />
    public required string Profile { get; init; }

    /// <inheritdoc />
    public required SourceObject Source { get; init; }

    /// <inheritdoc />
    public FocalPoint? FocalPoint { get; init; }

    /// <inheritdoc />
    public int KeyGeneration { get; init; }

    /// <inheritdoc />
    public string? PublishedRecipe { get; init; }
}
