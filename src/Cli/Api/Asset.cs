namespace Pipeline.Cli.Api;

/// <summary>One upload and what became of it.</summary>
/// <param name="Status">A closed set today; one that we do not know counts as not finished.</param>
/// <param name="Failure">Why its last attempt failed. On a ready asset that of its last rerun, while the older variants stay.</param>
/// <param name="Work">A newer revision that is in work while this one stays visible.</param>
/// <param name="Stale">The workers would make other variants of it today.</param>
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
    /// <summary>Every status that a person can ask for.</summary>
    public static readonly string[] Statuses =
        ["pending", "queued", "processing", "ready", "rejected", "failed", "expired", "deleted"];

    public bool IsReady => Status == "ready";

    /// <summary>Nothing more will happen to it by itself.</summary>
    public bool IsTerminal => Work is null && Status is "ready" or "rejected" or "failed" or "expired" or "deleted";

    /// <summary>Whether a run with this revision is over: it was taken over, or it was given up and said so.</summary>
    public bool HasFinished(int revision) => IsTerminal && (Revision >= revision || Failure is not null);
}

sealed record AssetVariant(string Name, int Width, int Height, string Format, long Bytes, string Url, bool Animated = false);

sealed record FocalPoint(double X, double Y);

/// <param name="Code">One of a closed set.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="NextAttemptAt">When it is tried again, if it is and nobody has it yet.</param>
sealed record AssetProblem(string Code, string Reason = "", DateTimeOffset? NextAttemptAt = null);

sealed record AssetWork(int Revision, string Status);
