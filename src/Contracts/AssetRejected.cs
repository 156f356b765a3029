namespace Pipeline.Contracts;

/// <summary>The file itself is at fault; no retry would help. Published by Processor, consumed by UploadApi.</summary>
public sealed record AssetRejected
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The revision of the request.</summary>
    public required int Revision { get; init; }

    /// <summary>The attempt of the request.</summary>
    public required int Attempt { get; init; }

    /// <summary>One of <see cref="RejectionCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>A sentence for the owner of the file.</summary>
    public required string Reason { get; init; }

    /// <summary>Name and version of the scanner, for the timeline; null if the file was not scanned.</summary>
    public string? Scanner { get; init; }

    /// <summary>
    /// W3C trace context (<c>traceparent</c>) of the span that processed the request. Null from workers older than this field; a receiver ignores an
    /// invalid one.
    /// </summary>
    public string? TraceContext { get; init; }
}

/// <summary>Why a file can be rejected. The strings are part of the HTTP API and of the bus.</summary>
public static class RejectionCode
{
    /// <summary>The scanner found malware.</summary>
    public const string Infected = "infected";

    /// <summary>The scanner could not scan the whole file within its limits.</summary>
    public const string ScanLimitExceeded = "scan_limit_exceeded";

    /// <summary>The bytes have a type that is not accepted.</summary>
    public const string UnsupportedType = "unsupported_type";

    /// <summary>The bytes claim an accepted type but do not decode.</summary>
    public const string Corrupt = "corrupt";

    /// <summary>The file is empty.</summary>
    public const string Empty = "empty";

    /// <summary>The file has more bytes than are accepted.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Width, height or frames are above the limits.</summary>
    public const string TooManyPixels = "too_many_pixels";

    /// <summary>The object was replaced after its upload had been confirmed.</summary>
    public const string ChangedAfterConfirm = "changed_after_confirm";

    /// <summary>The decoder crashed on this file.</summary>
    public const string DecoderCrashed = "decoder_crashed";

    /// <summary>The decoder exceeded its time limit.</summary>
    public const string DecodeTimeout = "decode_timeout";
}
