namespace Pipeline.Contracts;

/// <summary>
/// Requests that the frozen original of a published asset is scanned again, with the signatures of today. Nothing is rendered. Published by UploadApi,
/// consumed by Processor.
/// </summary>
/// <remarks>Delivered at least once. A second scan does no harm: the API counts the first answer only.</remarks>
public sealed record RescanRequested
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The run that wants to know; the answer repeats it.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Counts the attempts of this run at this asset from 1; the answer repeats it.</summary>
    public required int Attempt { get; init; }

    /// <summary>The frozen original.</summary>
    public required SourceObject Source { get; init; }

    /// <summary>W3C trace context (<c>traceparent</c>) of the span that published the request. A receiver ignores an invalid one.</summary>
    public string? TraceContext { get; init; }
}
