namespace Pipeline.Contracts;

/// <summary>
/// Requests that an asset is processed again. Same content as <see cref="UploadConfirmed"/>, but with its own queue and concurrency, so
/// that a mass reprocess never delays a person who waits. Published by UploadApi, consumed by Processor.
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

    /// <inheritdoc />
    public bool ShardedKeys { get; init; }

    /// <inheritdoc />
    public PublishedVariants? Published { get; init; }

    /// <inheritdoc />
    public bool IsPrivate { get; init; }

    /// <inheritdoc />
    public string? TraceContext { get; init; }
}
