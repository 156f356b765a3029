namespace Pipeline.Contracts;

/// <summary>
/// A worker is alive and holds the request: it processes the asset or waits for a free slot. Published by Processor at intervals, consumed
/// by UploadApi. Not stored if there is no consumer: the next message says the same.
/// </summary>
public sealed record ProcessingContinues
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The revision of the request.</summary>
    public required int Revision { get; init; }

    /// <summary>The attempt of the request.</summary>
    public required int Attempt { get; init; }

    /// <summary>The step that begins, one of <see cref="ProcessingStep"/>; null for a heartbeat. Only for people who watch.</summary>
    public string? Step { get; init; }
}

/// <summary>The steps of a worker that people see.</summary>
public static class ProcessingStep
{
    /// <summary>The worker reads the upload from the store.</summary>
    public const string Fetch = "fetch";

    /// <summary>The scanner looks at it.</summary>
    public const string Scan = "scan";

    /// <summary>The variants are made.</summary>
    public const string Render = "render";

    /// <summary>The variants are written to the store.</summary>
    public const string Publish = "publish";

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<string> All { get; } = [Fetch, Scan, Render, Publish];
}
