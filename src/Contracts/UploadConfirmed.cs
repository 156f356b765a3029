namespace Pipeline.Contracts;

/// <summary>A person's upload has arrived and waits to be processed. Published by UploadApi, consumed by Processor.</summary>
/// <remarks>
/// Delivered at least once. The same asset, revision and source always give the same objects, so a repetition does no harm.
/// </remarks>
public sealed record UploadConfirmed : ProcessingRequest;
