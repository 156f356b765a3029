namespace Pipeline.Cli.Api;

/// <summary>An uploaded asset and its state.</summary>
/// <param name="Status">One of <see cref="Statuses"/>; an unknown status counts as not finished.</param>
/// <param name="Failure">Why the last attempt failed. On a ready asset: why the last rerun failed, while the older variants stay.</param>
/// <param name="Work">A newer revision that is in progress while this one stays visible.</param>
/// <param name="Stale">Whether the workers would now produce different variants.</param>
sealed record Asset(
    string Id,
    string Status,
    int Revision = 0,
    string? Filename = null,
    string? ContentType = null,
    long Size = 0,
    string? Profile = null,
    string? Sha256 = null,
    int? Width = null,
    int? Height = null,
    AssetVariant[]? Variants = null,
    AssetProblem? Rejection = null,
    AssetProblem? Failure = null,
    AssetWork? Work = null,
    FocalPoint? FocalPoint = null,
    string? PerceptualHash = null,
    bool Stale = false,
    DateTimeOffset? CreatedAt = null)
{
    /// <summary>Every status that <c>--status</c> accepts.</summary>
    public static readonly string[] Statuses =
        ["pending", "queued", "processing", "ready", "rejected", "failed", "expired", "deleted"];

    public bool IsReady => Status == "ready";

    /// <summary>Whether the asset will not change any more by itself.</summary>
    public bool IsTerminal => Work is null && Status is "ready" or "rejected" or "failed" or "expired" or "deleted";

    /// <summary>Whether the run with this revision is over: a result with this or a later revision is there, or the run failed.</summary>
    public bool HasFinished(int revision) => IsTerminal && (Revision >= revision || Failure is not null);
}

sealed record AssetVariant(string Name, int Width, int Height, string Format, long Bytes, string Url, bool Animated = false);

sealed record FocalPoint(double X, double Y);

/// <param name="Code">One of a fixed set of codes.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="NextAttemptAt">Time of the next attempt, if there is one and no worker has started it yet.</param>
sealed record AssetProblem(string Code, string Reason = "", DateTimeOffset? NextAttemptAt = null);

sealed record AssetWork(int Revision, string Status);
