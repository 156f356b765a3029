using Pipeline.Assets.Profiles;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets;

/// <summary>An asset as the API and its events show it.</summary>
public sealed record AssetView
{
    public required Guid Id { get; init; }

    public required string Status { get; init; }

    /// <summary>The published revision, or the newest one if none is published; <see cref="Work"/> describes a newer one.</summary>
    public required int Revision { get; init; }

    /// <summary>Grows with each change of the asset. An event with a smaller sequence is older than this view.</summary>
    public required int Sequence { get; init; }

    /// <summary>The tenant of the owner.</summary>
    public required string TenantId { get; init; }

    /// <summary>The batch that the upload was requested in.</summary>
    public Guid? BatchId { get; init; }

    public required string Filename { get; init; }

    /// <summary>The type found in the bytes; before processing, the type that the upload claimed.</summary>
    public required string ContentType { get; init; }

    public required long Size { get; init; }

    public required string Profile { get; init; }

    public string? Sha256 { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public int? Frames { get; init; }

    /// <summary>The kinds of metadata that the original has and the variants do not. Never a value, such as a place.</summary>
    public IReadOnlyList<string>? Removed { get; init; }

    public Placeholder? Placeholder { get; init; }

    /// <summary>The place that crops keep in view, once <see cref="Work"/> is done.</summary>
    public FocalPoint? FocalPoint { get; init; }

    /// <summary>16 hex digits; the fewer bits differ, the more two pictures look alike.</summary>
    public string? PerceptualHash { get; init; }

    /// <summary>The workers would make different variants today; a reprocess makes them.</summary>
    public required bool Stale { get; init; }

    /// <summary>Why it is stale: one of <see cref="StaleWords"/>; left out if it is not.</summary>
    public string? StaleReason { get; init; }

    public required IReadOnlyList<VariantView> Variants { get; init; }

    public RejectionView? Rejection { get; init; }

    public FailureView? Failure { get; init; }

    /// <summary>Only while a newer revision of a ready asset is in work.</summary>
    public WorkView? Work { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>Who sees the variants: one of <see cref="VisibilityWords"/>.</summary>
    public required string Visibility { get; init; }

    /// <summary>True if the asset is deleted at <see cref="DeleteAt"/> unless the owner keeps it; left out otherwise.</summary>
    public bool? Temporary { get; init; }

    /// <summary>When a temporary asset is deleted; known once it is ready.</summary>
    public DateTimeOffset? DeleteAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static AssetView Of(Asset asset, StorageAreas areas, StaleReason? stale)
    {
        var published = asset.Publication;
        return new AssetView
        {
            Id = asset.Id,
            Status = Word(asset.Status),
            Revision = published?.Revision ?? asset.Revision,
            Sequence = asset.Version,
            TenantId = asset.TenantId,
            BatchId = asset.BatchId,
            Filename = asset.FileName,
            ContentType = published?.Original?.ContentType ?? asset.ClaimedType,
            Size = asset.Size,
            Profile = asset.Profile,
            Sha256 = asset.Sha256,
            Width = published?.Width,
            Height = published?.Height,
            Frames = published?.Frames,
            Removed = published?.Removed,
            Placeholder = published?.Placeholder,
            FocalPoint = asset.FocalPoint,
            PerceptualHash = asset.PerceptualHash,
            Stale = stale is not null,
            StaleReason = stale is { } reason ? StaleWords.Of(reason) : null,
            Variants = [.. (published?.Shown() ?? []).Select(v => VariantView.Of(v, areas, asset.IsPrivate))],
            Rejection = asset.Status == AssetStatus.Rejected ? new RejectionView(asset.RejectionCode!, asset.RejectionReason ?? "") : null,
            Failure = asset.FailureCode is { } code && asset.Status != AssetStatus.Deleted
                ? new FailureView(code, asset.FailureReason ?? "", FailedAttempts(asset), asset.DispatchAt)
                : null,
            Work = published is not null && asset.Work != WorkState.Idle
                ? new WorkView(asset.Revision, asset.Work == WorkState.Queued ? "queued" : "processing", asset.Attempt, asset.DispatchAt, asset.OnceMore ? asset.NewestRevision : null)
                : null,
            CreatedAt = asset.CreatedAt,
            ConfirmedAt = asset.ConfirmedAt,
            ReadyAt = asset.ReadyAt,
            Visibility = VisibilityWords.Word(asset.Visibility),
            Temporary = asset.IsTemporary ? true : null,
            DeleteAt = asset.DeleteAt,
            UpdatedAt = asset.UpdatedAt,
        };
    }

    public static string Word(AssetStatus status) => status.ToString().ToLowerInvariant();

    private static int FailedAttempts(Asset asset) => asset.Work == WorkState.Idle ? asset.Attempt : asset.Attempt - 1;
}

public sealed record VariantView(
    string Name, int Width, int Height, string Format, string ContentType, long Bytes, string Sha256, string Key, Uri? Url, bool? Animated)
{
    // Most variants are still pictures; leave the field out for them.
    // A variant that waits for its move to the public area has no URL yet.
    internal static VariantView Of(AssetVariant v, StorageAreas areas, bool isPrivate) => new(
        v.Name, v.Width, v.Height, v.Format, v.ContentType, v.Bytes, v.Sha256, v.Key,
        isPrivate || ObjectKey.IsPrivateVariant(v.Key) ? null : areas.PublicUrl(ObjectKey.Parse(v.Key)),
        v.Animated ? true : null);
}

/// <param name="Code">One of the codes in <see cref="RejectionCode"/>.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record RejectionView(string Code, string Reason);

/// <param name="Code">One of the codes in <see cref="FailureCode"/>.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="Attempts">Number of failed attempts.</param>
/// <param name="NextAttemptAt">When it is tried again; null if it is in work or given up.</param>
public sealed record FailureView(string Code, string Reason, int Attempts, DateTimeOffset? NextAttemptAt);

/// <param name="Revision">The revision in work.</param>
/// <param name="Status"><c>queued</c> or <c>processing</c>.</param>
/// <param name="Attempt">Counts from 1.</param>
/// <param name="NextAttemptAt">When the request is published to the bus; null once it has been.</param>
/// <param name="NextRevision">The revision that follows, if one was requested meanwhile.</param>
public sealed record WorkView(int Revision, string Status, int Attempt, DateTimeOffset? NextAttemptAt, int? NextRevision);
