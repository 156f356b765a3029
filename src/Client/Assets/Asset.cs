namespace Pipeline.Client;

/// <summary>An uploaded asset and its state.</summary>
/// <param name="Id">The id.</param>
/// <param name="Status">One of <see cref="Statuses"/>; an unknown status counts as not finished.</param>
/// <param name="Revision">The published revision, or the newest one if none is published.</param>
/// <param name="Filename">The owner's name for the file.</param>
/// <param name="ContentType">The type found in the bytes; before processing, the type that the upload claimed.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Profile">The profile, which defines the variants.</param>
/// <param name="Sha256">SHA-256 of the bytes in lower-case hex.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Variants">The published variants.</param>
/// <param name="Rejection">Why the file was rejected, which is final.</param>
/// <param name="Failure">Why the last attempt failed. On a ready asset: why the last rerun failed, while the older variants stay.</param>
/// <param name="Work">A newer revision that is in progress while this one stays visible.</param>
/// <param name="FocalPoint">The place that crops keep in view.</param>
/// <param name="PerceptualHash">16 hex digits; the fewer bits differ, the more two pictures look alike.</param>
/// <param name="Stale">Whether the workers would now produce different variants.</param>
/// <param name="CreatedAt">When the upload was requested.</param>
/// <param name="Visibility">Who sees the variants: <c>public</c> or <c>private</c>.</param>
/// <param name="Temporary">Whether the asset is deleted at <paramref name="DeleteAt"/> unless it is kept.</param>
/// <param name="DeleteAt">When a temporary asset is deleted; known once it is ready.</param>
public sealed record Asset(
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
    IReadOnlyList<AssetVariant>? Variants = null,
    AssetProblem? Rejection = null,
    AssetProblem? Failure = null,
    AssetWork? Work = null,
    FocalPoint? FocalPoint = null,
    string? PerceptualHash = null,
    bool Stale = false,
    DateTimeOffset? CreatedAt = null,
    string? Visibility = null,
    bool Temporary = false,
    DateTimeOffset? DeleteAt = null)
{
    /// <summary>Every status.</summary>
    public static IReadOnlyList<string> Statuses { get; } =
        ["pending", "queued", "processing", "ready", "rejected", "failed", "expired", "deleted"];

    /// <summary>Whether variants are published.</summary>
    public bool IsReady => Status == "ready";

    /// <summary>Whether the asset will not change any more by itself.</summary>
    public bool IsTerminal => Work is null && Status is "ready" or "rejected" or "failed" or "expired" or "deleted";

    /// <summary>Whether the run with this revision is over: a result with this or a later revision is there, or the run failed.</summary>
    internal bool HasFinished(int revision) => IsTerminal && (Revision >= revision || Failure is not null);
}

/// <summary>A published picture.</summary>
/// <param name="Name">Such as w640 for a width or 64x64 for a box.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Format">The format, such as webp.</param>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="Url">The public URL; null for a private asset.</param>
/// <param name="Animated">Whether it moves.</param>
public sealed record AssetVariant(string Name, int Width, int Height, string Format, long Bytes, string? Url = null, bool Animated = false);

/// <summary>A place in a picture.</summary>
/// <param name="X">From the left, 0 to 1.</param>
/// <param name="Y">From the top, 0 to 1.</param>
public sealed record FocalPoint(double X, double Y);

/// <summary>Why an asset is not ready.</summary>
/// <param name="Code">One of a fixed set of codes.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="NextAttemptAt">Time of the next attempt, if there is one and no worker has started it yet.</param>
public sealed record AssetProblem(string Code, string Reason = "", DateTimeOffset? NextAttemptAt = null);

/// <summary>A revision in progress.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Status"><c>queued</c> or <c>processing</c>.</param>
public sealed record AssetWork(int Revision, string Status);
