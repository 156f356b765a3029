namespace Pipeline.Assets.Runs;

/// <summary>
/// Work over many assets of a tenant: a plan, and its progress once it is applied. Each change of the state or the pace is one update that
/// compares <see cref="Version"/>; the progress of the feeder compares <see cref="Cursor"/> as well, so of two instances that feed the same page
/// one rolls back.
/// </summary>
public sealed class Run
{
    public const int MaxBecause = 500;

    /// <summary>Most characters of <see cref="Position"/>.</summary>
    public const int MaxPosition = 1_100;

    /// <summary>A UUIDv7.</summary>
    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    /// <summary>One of <see cref="RunKind"/>; another word if a newer version made the row.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="RunState"/>.</summary>
    public required string State { get; set; }

    /// <summary>The kind while the run is running or paused, if only one run of it may be; null otherwise. Unique by tenant.</summary>
    public string? ActiveKind { get; set; }

    /// <summary>The <see cref="RunFilter"/> as JSON.</summary>
    public required string Filter { get; init; }

    /// <summary>The <see cref="RunPlan"/> as JSON.</summary>
    public required string Plan { get; init; }

    /// <summary>The <see cref="RunPace"/> as JSON.</summary>
    public required string Pace { get; set; }

    /// <summary>The newest asset that belongs to the run. Later uploads have larger ids.</summary>
    public required Guid LastId { get; init; }

    /// <summary>The last asset that was started or skipped; null before the first.</summary>
    public Guid? Cursor { get; set; }

    /// <summary>Where a walk goes on, in a form of its kind's own; null before its first page and for kinds that start revisions.</summary>
    public string? Position { get; set; }

    /// <summary>Settings of a walk as JSON, in a form of its kind's own; null without.</summary>
    public string? Settings { get; init; }

    /// <summary>Findings that are stored.</summary>
    public int Findings { get; set; }

    /// <summary>The run deletes something, although its kind does not always.</summary>
    public bool Deletes { get; init; }

    /// <summary>No asset follows the cursor.</summary>
    public bool IsFed { get; set; }

    /// <summary>Assets that were started or skipped.</summary>
    public int Fed { get; set; }

    /// <summary>Assets of the run. Fixed by the plan; a plan that is an estimate is corrected at the end.</summary>
    public required int Planned { get; set; }

    /// <summary>Until when the rate is used up.</summary>
    public DateTimeOffset? PacedUntil { get; set; }

    /// <summary>The first assets of a large run are judged: they ended well, or the run has paused because of them.</summary>
    public bool IsProven { get; set; }

    /// <summary>Ended assets before the run was resumed last: the share of failures counts from there.</summary>
    public int JudgedFrom { get; set; }

    /// <summary>Failed assets before the run was resumed last.</summary>
    public int JudgedFailures { get; set; }

    /// <summary>The user who planned it.</summary>
    public required string PlannedBy { get; init; }

    /// <summary>The user who applied it.</summary>
    public string? AppliedBy { get; set; }

    /// <summary>The reason that the operator gave.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it is paused, cancelled or failed.</summary>
    public string? Because { get; set; }

    /// <summary>Why a running run starts nothing at the moment: one of <see cref="RunWait"/>.</summary>
    public string? WaitingFor { get; set; }

    /// <summary>The run that this one takes back; null for other kinds.</summary>
    public Guid? Source { get; init; }

    /// <summary>Hours after the end for which replaced publications are kept.</summary>
    public int KeepHours { get; init; }

    /// <summary>Until when it can be rolled back, once it has ended; null before, and once nothing is kept any more.</summary>
    public DateTimeOffset? ReplacedUntil { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when the plan can be applied.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? AppliedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The instance that feeds the run.</summary>
    public Guid? LeaseOwner { get; set; }

    /// <summary>When another instance may feed it.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Of a rescan: assets that it has withdrawn within its brake.</summary>
    public int Hits { get; set; }

    /// <summary>Of a rescan: the signatures whose hits an operator has approved, as a JSON array; null for none.</summary>
    public string? Approved { get; set; }

    /// <summary>Of a rescan that new signatures have started: their number. Unique by tenant.</summary>
    public int? Signatures { get; init; }

    /// <summary>Raised by each change of state or pace, not by the feeder.</summary>
    public int Version { get; set; }
}

/// <summary>
/// An asset that a run has started. The row goes when the revision ends, unless it failed: then it stays, so that the run can list its failures.
/// </summary>
public sealed class RunItem
{
    public required Guid AssetId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>The revision that serves the run; a later one counts as well. 0 for a rescan, which makes none.</summary>
    public required int Revision { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while the asset is in work; afterwards <see cref="RunResult.Failed"/> or <see cref="RunResult.Held"/>.</summary>
    public string? Outcome { get; set; }

    /// <summary>The code of the failure or rejection; of a rescan in work, that of its last attempt.</summary>
    public string? Code { get; set; }

    /// <summary>Of a rescan: what it found, as JSON of a <see cref="Rescans.RescanFinding"/>.</summary>
    public string? Detail { get; set; }

    /// <summary>Of a rescan in work: when its request is to be published, also if no answer comes; null otherwise.</summary>
    public DateTimeOffset? DispatchAt { get; set; }

    /// <summary>Of a rescan in work: when the bus got the request last; null if it has not.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Of a rescan: counts the attempts from 1.</summary>
    public int Attempt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>How many assets of a run ended in one minute, by result and code.</summary>
public sealed class RunCount
{
    public required Guid RunId { get; init; }

    /// <summary>Minutes since 1970.</summary>
    public required int Minute { get; init; }

    /// <summary>One of <see cref="RunResult"/>.</summary>
    public required string Result { get; init; }

    /// <summary>The reason or the code; empty for <see cref="RunResult.Done"/>.</summary>
    public required string Code { get; init; }

    public required int Count { get; set; }

    /// <summary>Bytes of the variants that were written.</summary>
    public required long Bytes { get; set; }

    public static int MinuteOf(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / 60);
}
