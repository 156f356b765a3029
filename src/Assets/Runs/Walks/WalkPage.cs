namespace Pipeline.Assets.Runs.Walks;

/// <summary>One page of a walk, which is saved in one transaction.</summary>
public sealed record WalkPage
{
    /// <summary>Where the next page begins, in a form of the kind's own; at most <see cref="Run.MaxPosition"/> characters.</summary>
    public required string? Position { get; init; }

    /// <summary>Nothing follows this page.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Objects or rows that it looked at; the rate of the run counts them.</summary>
    public required int Looked { get; init; }

    public IReadOnlyList<WalkCount> Counts { get; init; } = [];

    public IReadOnlyList<WalkFinding> Findings { get; init; } = [];

    /// <summary>Further changes of the database, in the transaction that moves the position; null for none.</summary>
    public Func<CancellationToken, Task>? SaveAsync { get; init; }

    /// <summary>Ends the run as failed, with this reason; null to go on.</summary>
    public string? FailedBecause { get; init; }

    /// <summary>One of <see cref="RunWait"/>: go on at the next sweep, not at once; null to go on at once.</summary>
    public string? WaitingFor { get; init; }
}

/// <param name="Result">One of <see cref="RunResult"/>.</param>
/// <param name="Code">A code of the kind; empty for <see cref="RunResult.Done"/>.</param>
/// <param name="Count">How many objects or rows.</param>
/// <param name="Bytes">Bytes that were written for them.</param>
public sealed record WalkCount(string Result, string Code, int Count, long Bytes = 0);

/// <param name="Kind">A code of the kind.</param>
/// <param name="Area">The area of the object; null for a row.</param>
/// <param name="Key">The key in its area; null for a row.</param>
/// <param name="AssetId">The asset, if there is one.</param>
/// <param name="Detail">A sentence for the operator.</param>
/// <param name="Size">Bytes of the object.</param>
/// <param name="ETag">Its tag.</param>
/// <param name="ModifiedAt">When it was written.</param>
public sealed record WalkFinding(
    string Kind, string? Area, string? Key, Guid? AssetId, string? Detail = null, long? Size = null, string? ETag = null, DateTimeOffset? ModifiedAt = null);
