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

    /// <summary>
    /// Name and version of the worker's scanner and its signatures, such as <c>ClamAV 1.4.6/27500/Mon Nov 17 09:12:01 2025</c>. Null if the scanner does
    /// not answer, and from workers older than this field.
    /// </summary>
    public string? Scanner { get; init; }

    /// <summary>What the worker found when it checked itself. Null before the first check, and from workers older than this field.</summary>
    public IReadOnlyList<AnnouncedFinding>? Findings { get; init; }

    /// <summary>
    /// Requests that the worker has sent to object stores since its last announcement. Null if it sent none, and from workers older than this
    /// field.
    /// </summary>
    public IReadOnlyList<AnnouncedRequests>? Requests { get; init; }

    /// <summary>All profiles of the worker.</summary>
    public required IReadOnlyList<AnnouncedProfile> Profiles { get; init; }
}

/// <summary>The result of one check of a worker.</summary>
public sealed record AnnouncedFinding
{
    /// <summary>Works.</summary>
    public const string Ok = "ok";

    /// <summary>Was not checked.</summary>
    public const string Skipped = "skipped";

    /// <summary>Needs attention.</summary>
    public const string Warn = "warn";

    /// <summary>Does not work, or is unsafe.</summary>
    public const string Fail = "fail";

    /// <summary>The name of the check; at most 64 characters.</summary>
    public required string Check { get; init; }

    /// <summary>One of the constants.</summary>
    public required string Status { get; init; }

    /// <summary>A sentence for operators; at most 400 characters.</summary>
    public required string Detail { get; init; }

    /// <summary>What to do; null if nothing is to be done. At most 400 characters.</summary>
    public string? Fix { get; init; }

    /// <summary>The age in seconds that the check measured, such as that of signatures. Null if it measured none, and from workers older than this field.</summary>
    public long? AgeSeconds { get; init; }
}

/// <summary>Requests of one kind to object stores.</summary>
public sealed record AnnouncedRequests
{
    /// <summary>The area, such as <c>incoming</c>.</summary>
    public required string Area { get; init; }

    /// <summary>The operation, such as <c>put</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Why they were sent, such as <c>publish</c>.</summary>
    public required string Cause { get; init; }

    /// <summary>How many.</summary>
    public required long Count { get; init; }
}

/// <summary>One profile of a worker.</summary>
public sealed record AnnouncedProfile
{
    /// <summary>Name of the profile, as in uploads: 1 to 32 of a–z, 0–9 and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>See <see cref="AssetReady.ProfileFingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Hash of the settings alone, without the engine: 16 lower-case hex digits. Null from workers older than this field.</summary>
    public string? SettingsFingerprint { get; init; }

    /// <summary>
    /// The variants that the profile makes of a large photo, so that the API can tell which of them another profile would change. Null from workers
    /// older than this field.
    /// </summary>
    public IReadOnlyList<AnnouncedVariant>? Variants { get; init; }
}

/// <summary>One variant of a profile.</summary>
public sealed record AnnouncedVariant
{
    /// <summary>See <see cref="AssetVariant.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>See <see cref="AssetVariant.Format"/>.</summary>
    public required string Format { get; init; }

    /// <summary>Hash of the variant's own settings and the engine of its format: 16 lower-case hex digits. While it stays the same, revisions keep the variant.</summary>
    public required string Recipe { get; init; }
}
