namespace Pipeline.Storage.Disk;

/// <summary>Conditions for a write, beyond its length.</summary>
public sealed record DiskWriteTerms
{
    /// <summary>The required SHA-256 of the bytes in lower-case hex, or a known prefix of it; null accepts any.</summary>
    public string? Sha256 { get; init; }

    /// <summary>From this time on the write is refused, even if all bytes were sent earlier; null for no deadline.</summary>
    public DateTimeOffset? CommitBefore { get; init; }

    /// <summary>
    /// Leave <see cref="DiskStorageOptions.ReserveMegabytes"/> free. Off for the server's own writes, for which the reserve is kept.
    /// </summary>
    public bool KeepsReserve { get; init; }
}

/// <summary>The SHA-256 of the bytes differs from the announced one.</summary>
public sealed class ChecksumMismatchException(ObjectKey key) : IOException($"The SHA-256 of the bytes for {key} differs from the announced one.");

/// <summary>The bytes came after the deadline, so they were not stored.</summary>
public sealed class CommitTooLateException(ObjectKey key) : IOException($"The bytes for {key} arrived after their deadline.");
