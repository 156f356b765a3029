namespace Pipeline.Contracts;

/// <summary>The answer to a <see cref="RescanRequested"/>. Published by Processor, consumed by UploadApi.</summary>
public sealed record RescanEnded
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The run of the request.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The attempt of the request.</summary>
    public required int Attempt { get; init; }

    /// <summary>One of <see cref="RescanVerdict"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Name and version of the scanner and its signatures; null if the file was not scanned.</summary>
    public string? Scanner { get; init; }

    /// <summary>The scanner's name for the malware; only with <see cref="RescanVerdict.Infected"/>.</summary>
    public string? Signature { get; init; }

    /// <summary>Why there is no verdict: a <see cref="FailureCode"/> or a <see cref="RejectionCode"/>; only with <see cref="RescanVerdict.Failed"/>.</summary>
    public string? Code { get; init; }

    /// <summary>W3C trace context (<c>traceparent</c>) of the span that scanned. A receiver ignores an invalid one.</summary>
    public string? TraceContext { get; init; }
}

/// <summary>How a rescan ended. The strings are part of the bus.</summary>
public static class RescanVerdict
{
    /// <summary>All bytes were scanned and no malware was found.</summary>
    public const string Clean = "clean";

    /// <summary>Malware was found.</summary>
    public const string Infected = "infected";

    /// <summary>There is no verdict on the whole file, so nothing follows for the asset.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Clean, Infected, Failed];
}
