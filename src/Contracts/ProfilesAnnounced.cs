namespace Pipeline.Contracts;

/// <summary>
/// The profiles and the concurrency of a worker; the API uses them to find stale assets and to share the workers between owners. Published
/// by Processor at its start, every minute and when it stops; consumed by UploadApi. Of two announcements the later one counts.
/// </summary>
public sealed record ProfilesAnnounced
{
    /// <summary>Name and version of the worker.</summary>
    public required string Worker { get; init; }

    /// <summary>Name and version of the imaging engine.</summary>
    public required string Engine { get; init; }

    /// <summary>Id of the worker's process; a restart gives a new id. Null from workers older than this field.</summary>
    public Guid? Instance { get; init; }

    /// <summary>Uploads that the worker processes at once; 0 from workers older than this field.</summary>
    public int Concurrency { get; init; }

    /// <summary>Reprocessings that the worker processes at once; 0 from workers older than this field.</summary>
    public int ReprocessConcurrency { get; init; }

    /// <summary>
    /// The worker stops and accepts no more requests; then <see cref="Profiles"/> is empty. False from workers older than this field.
    /// </summary>
    public bool IsLeaving { get; init; }

    /// <summary>All profiles of the worker.</summary>
    public required IReadOnlyList<AnnouncedProfile> Profiles { get; init; }
}

/// <summary>One profile of a worker.</summary>
public sealed record AnnouncedProfile
{
    /// <summary>Name of the profile, as in uploads: 1 to 32 of a–z, 0–9 and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>See <see cref="AssetReady.ProfileFingerprint"/>.</summary>
    public required string Fingerprint { get; init; }
}
