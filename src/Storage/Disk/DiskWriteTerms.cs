namespace Pipeline.Storage.Disk;

/// <summary>What must hold for a write to count, beyond its length.</summary>
public sealed record DiskWriteTerms
{
    /// <summary>The SHA-256 that the bytes must have in lower-case hex, or as much of its beginning as is known; null for any.</summary>
    public string? Sha256 { get; init; }

    /// <summary>From when on it is too late, also for bytes that have been sent in time; null for never.</summary>
    public DateTimeOffset? CommitBefore { get; init; }

    /// <summary>Leave <see cref="DiskStorageOptions.ReserveMegabytes"/> free. Off for the server's own work, which that is kept for.</summary>
    public bool KeepsReserve { get; init; }
}

/// <summary>The bytes are not those that were announced.</summary>
public sealed class ChecksumMismatchException(ObjectKey key) : IOException($"The bytes for {key} have another SHA-256 than announced.");

/// <summary>The bytes came too late to count.</summary>
public sealed class CommitTooLateException(ObjectKey key) : IOException($"The bytes for {key} came after the time up to which they were awaited.");
