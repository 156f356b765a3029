namespace Pipeline.Contracts;

/// <summary>
/// What a worker makes of assets now, so that those made otherwise can be told. Published by Processor at its start, every minute and when it
/// stops; consumed by UploadApi. Of two announcements the later one counts.
/// </summary>
public sealed record ProfilesAnnounced
{
    /// <summary>Name and version of the worker.</summary>
    public required string Worker { get; init; }

    /// <summary>Name and version of what makes the pixels.</summary>
    public required string Engine { get; init; }

    /// <summary>The worker's process; one that is started again is another. Null from workers that are older than it.</summary>
    public Guid? Instance { get; init; }

    /// <summary>Uploads that the worker takes at once; 0 from workers that are older than it.</summary>
    public int Concurrency { get; init; }

    /// <summary>Reprocessings that the worker takes at once; 0 from workers that are older than it.</summary>
    public int ReprocessConcurrency { get; init; }

    /// <summary>The worker stops and takes nothing more; then <see cref="Profiles"/> is empty. False from workers that are older than it.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>All profiles of the worker.</summary>
    public required IReadOnlyList<AnnouncedProfile> Profiles { get; init; }
}

/// <summary>One profile of a worker.</summary>
public sealed record AnnouncedProfile
{
    /// <summary>As uploads name it: 1 to 32 of a–z, 0–9 and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>See <see cref="AssetReady.ProfileFingerprint"/>.</summary>
    public required string Fingerprint { get; init; }
}
