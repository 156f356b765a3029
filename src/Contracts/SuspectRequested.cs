namespace Pipeline.Contracts;

/// <summary>
/// An asset whose last attempt killed its worker. Same content as <see cref="UploadConfirmed"/>, but with its own queue, from which a
/// worker takes one request at a time: a harmless file that was only in flight with a fatal one succeeds, and a file that kills again is
/// identified. Published by UploadApi, consumed by Processor.
/// </summary>
public sealed record SuspectRequested : IProcessingRequest
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
