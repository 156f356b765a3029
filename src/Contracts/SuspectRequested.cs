namespace Pipeline.Contracts;

/// <summary>
/// An asset whose last attempt cost its worker its life. Same content as <see cref="UploadConfirmed"/>, but a queue of its own from which a
/// worker takes one at a time: what was only beside the file that killed gets through, and what kills again is known. Published by
/// UploadApi, consumed by Processor.
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
}
