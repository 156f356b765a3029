namespace Pipeline.Assets.Runs;

/// <summary>The kinds of runs. The strings are part of the HTTP API and of the table.</summary>
public static class RunKind
{
    /// <summary>Makes the variants of ready and failed assets again.</summary>
    public const string Reprocess = "reprocess";

    /// <summary>Processes failed assets once more.</summary>
    public const string Retry = "retry";

    /// <summary>Deletes assets that failed and have no variants.</summary>
    public const string Discard = "discard";

    /// <summary>Scans the frozen originals of published assets again, and withdraws those with malware.</summary>
    public const string Rescan = "rescan";

    /// <summary>Shows again what another run has replaced. It is not planned: its assets are those of the other run.</summary>
    public const string Rollback = "rollback";

    /// <summary>Compares the store, the table and the queue.</summary>
    public const string Reconcile = "reconcile";

    /// <summary>Makes lost rows again from the manifests beside the originals, and erases what a restored table has brought back.</summary>
    public const string Rebuild = "rebuild";

    /// <summary>Copies an area to another store, or compares the two.</summary>
    public const string Migrate = "migrate";

    /// <summary>The kinds that walk objects of the store or rows, in place of starting revisions; see <see cref="Pipeline.Assets.Runs.Walks.IRunWalk"/>.</summary>
    public static IReadOnlyList<string> Walks { get; } = [Reconcile, Rebuild, Migrate];

    /// <summary>The kinds that can be planned.</summary>
    public static IReadOnlyList<string> All { get; } = [Reprocess, Retry, Discard, Rescan, .. Walks];

    /// <summary>The kinds that this version runs. A row of another kind, which a newer version wrote, can only be cancelled.</summary>
    public static bool IsKnown(string kind) => kind == Rollback || All.Contains(kind);

    /// <summary>Whether the run replaces publications, so that it can be rolled back.</summary>
    public static bool Replaces(string kind) => kind is Reprocess or Retry;

    /// <summary>Whether the run walks objects or rows. It needs no filter, because it looks at all of them.</summary>
    public static bool IsWalk(string kind) => Walks.Contains(kind);

    /// <summary>Whether applying the run deletes something, which needs a reason and the role <see cref="Role.Admin"/>. A rebuild erases again.</summary>
    public static bool Deletes(string kind) => kind is Discard or Rebuild;

    /// <summary>Whether only one run of this kind can be running or paused in a tenant.</summary>
    public static bool IsExclusive(string kind) => kind is Reprocess or Rollback or Rescan || Walks.Contains(kind);

    /// <summary>Whether the plan depends on the profiles.</summary>
    public static bool Renders(string kind) => kind is Reprocess or Retry;
}

/// <summary>The states of a run. The strings are part of the HTTP API and of the table.</summary>
public static class RunState
{
    /// <summary>Counted and stored; waits to be applied.</summary>
    public const string Planned = "planned";

    /// <summary>Its assets are processed.</summary>
    public const string Running = "running";

    /// <summary>Starts no more assets until it is resumed.</summary>
    public const string Paused = "paused";

    /// <summary>Each asset has an outcome.</summary>
    public const string Completed = "completed";

    /// <summary>An operator ended it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It cannot go on; <see cref="Run.Because"/> has the reason.</summary>
    public const string Failed = "failed";

    /// <summary>The plan was not applied in time.</summary>
    public const string Expired = "expired";

    public static IReadOnlyList<string> All { get; } = [Planned, Running, Paused, Completed, Cancelled, Failed, Expired];
}

/// <summary>How an asset of a run ended.</summary>
public static class RunResult
{
    /// <summary>Its new variants are published, or it is deleted.</summary>
    public const string Done = "done";

    /// <summary>It was left as it is, with a reason.</summary>
    public const string Skipped = "skipped";

    /// <summary>It failed or was rejected, with its code.</summary>
    public const string Failed = "failed";

    /// <summary>A walk has found something, with its code.</summary>
    public const string Found = "found";
    /// <summary>A rescan found malware, but too much of it: the asset stays as it is until an operator decides.</summary>
    public const string Held = "held";
}

/// <summary>Why an asset of a run was left as it is. A status word is a reason, too.</summary>
public static class RunSkip
{
    /// <summary>The tenant has no asset with this id.</summary>
    public const string NotFound = "not_found";

    /// <summary>The asset no longer matched the filter when its turn came.</summary>
    public const string Changed = "changed";

    /// <summary>The asset shows another revision by now, or is in work.</summary>
    public const string MovedOn = "moved_on";

    /// <summary>The row of the asset cannot be read.</summary>
    public const string Unreadable = "unreadable";
}
