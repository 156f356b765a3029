namespace Pipeline.Contracts;

/// <summary>
/// A fault on our side, not in the file; UploadApi schedules the next attempt. Published by Processor, consumed by UploadApi.
/// </summary>
public sealed record ProcessingFailed
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The revision of the request.</summary>
    public required int Revision { get; init; }

    /// <summary>The attempt of the request.</summary>
    public required int Attempt { get; init; }

    /// <summary>A stable code, one of <see cref="FailureCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>A sentence for the operator, free of secrets and signed URLs.</summary>
    public required string Reason { get; init; }

    /// <summary>Name and version of the imaging engine. Null from workers older than this field.</summary>
    public string? Engine { get; init; }

    /// <summary>
    /// W3C trace context (<c>traceparent</c>) of the span that processed the request. Null from workers older than this field; a receiver ignores an
    /// invalid one.
    /// </summary>
    public string? TraceContext { get; init; }
}

/// <summary>Codes of failures on our side. The strings are part of the HTTP API and of the bus.</summary>
public static class FailureCode
{
    /// <summary>The scanner gave no verdict.</summary>
    public const string ScannerUnavailable = "scanner_unavailable";

    /// <summary>The object store failed or gave a wrong response.</summary>
    public const string StorageUnavailable = "storage_unavailable";

    /// <summary>The object to process is not there.</summary>
    public const string SourceMissing = "source_missing";

    /// <summary>The request names a profile that the worker does not know.</summary>
    public const string UnknownProfile = "unknown_profile";

    /// <summary>The profile's watermark is missing at the place that the worker's configuration names.</summary>
    public const string WatermarkMissing = "watermark_missing";

    /// <summary>The worker sent no message in time; it may have died.</summary>
    public const string WorkerLost = "worker_lost";

    /// <summary>The worker's machine is overloaded: the image got hardly any processor time.</summary>
    public const string WorkerOverloaded = "worker_overloaded";

    /// <summary>The frozen original has other bytes than those that were frozen. Only a rescan says so.</summary>
    public const string OriginalDiffers = "original_differs";

    /// <summary>Any other fault; the worker's log has the details.</summary>
    public const string Internal = "internal";
}
