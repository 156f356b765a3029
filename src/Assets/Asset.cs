using Pipeline.Assets.Uploads;
using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>
/// The record of one uploaded file, from the first presigned URL to the tombstone. Each change of state is a method here, in
/// <c>Asset.Work.cs</c>, <c>Asset.Revisions.cs</c> or <c>Asset.Focus.cs</c>, and each leaves a line in the ledger; nothing else writes these fields.
/// </summary>
public sealed partial class Asset
{
    private readonly List<AssetEvent> _events = [];

    private Asset() { }

    public Guid Id { get; private set; }

    /// <summary>The <c>userId</c> of the token that asked for the upload.</summary>
    public string OwnerId { get; private set; } = "";

    public AssetStatus Status { get; private set; }

    /// <summary>What the owner calls the file. Shown to the owner only; decides nothing.</summary>
    public string FileName { get; private set; } = "";

    /// <summary>The media type that the upload claimed.</summary>
    public string ClaimedType { get; private set; } = "";

    /// <summary>Length in bytes, as announced and then as found.</summary>
    public long Size { get; private set; }

    /// <summary>SHA-256 that the client announced, or that was found; lower-case hex.</summary>
    public string? Sha256 { get; private set; }

    /// <summary>Name of the profile.</summary>
    public string Profile { get; private set; } = "";

    /// <summary>With <see cref="FocalY"/>; see <see cref="FocalPoint"/>.</summary>
    public double? FocalX { get; private set; }

    /// <summary>With <see cref="FocalX"/>; see <see cref="FocalPoint"/>.</summary>
    public double? FocalY { get; private set; }

    /// <summary>What crops keep in view, from the next request on; null if the owner named none.</summary>
    public FocalPoint? FocalPoint => FocalX is { } x && FocalY is { } y ? new FocalPoint { X = x, Y = y } : null;

    /// <summary>Key of the upload in the incoming area. Versions before this one emptied it once the tombstone was tidied.</summary>
    public string IncomingKey { get; private set; } = "";

    /// <summary>Entity tag of the upload at its confirm.</summary>
    public string? IncomingETag { get; private set; }

    /// <summary>What is published, if anything.</summary>
    public Publication? Publication { get; private set; }

    /// <summary>What the worker's profile was when it made <see cref="Publication"/>; null without one, or if the worker was too old to tell.</summary>
    public string? ProfileFingerprint { get; private set; }

    /// <summary>Of what is published; null without a publication, or if the worker made none.</summary>
    public string? PerceptualHash { get; private set; }

    public string? RejectionCode { get; private set; }

    public string? RejectionReason { get; private set; }

    public string? FailureCode { get; private set; }

    public string? FailureReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Until when the presigned URL can write.</summary>
    public DateTimeOffset UploadUrlExpiresAt { get; private set; }

    public DateTimeOffset? ConfirmedAt { get; private set; }

    public DateTimeOffset? ReadyAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>When the objects of this asset are next to be brought in line with this row; null if they are.</summary>
    public DateTimeOffset? TidyAt { get; private set; }

    /// <summary>
    /// Part of the names of what the next revision writes. It goes up before objects are deleted: so no name that is to be deleted is ever
    /// written again, however late the deletion comes.
    /// </summary>
    public int KeyGeneration { get; private set; }

    /// <summary>Concurrency token: a change based on an older row fails.</summary>
    public int Version { get; private set; }

    /// <summary>Lines added since the row was loaded.</summary>
    internal IReadOnlyList<AssetEvent> NewEvents => _events;

    /// <summary>A URL is about to be handed out.</summary>
    public static Asset Request(NewUpload upload, DateTimeOffset now)
    {
        var asset = new Asset
        {
            Id = upload.Id,
            OwnerId = upload.OwnerId,
            Status = AssetStatus.Pending,
            FileName = upload.FileName,
            ClaimedType = upload.ContentType,
            Size = upload.Size,
            Sha256 = upload.Sha256,
            Profile = upload.Profile,
            FocalX = upload.FocalPoint?.X,
            FocalY = upload.FocalPoint?.Y,
            IncomingKey = upload.Key,
            CreatedAt = now,
            UploadUrlExpiresAt = upload.UrlExpiresAt,
        };
        asset.Record(now, "created", $"Upload of {upload.Size} bytes of {upload.ContentType} was offered.");
        return asset;
    }

    /// <summary>The upload has arrived. False if this was known already.</summary>
    public bool Confirm(string etag, string? fileName, DateTimeOffset now)
    {
        if (Status != AssetStatus.Pending) return false;
        (IncomingETag, FileName, ConfirmedAt, Revision, IsAwaited) = (etag, fileName ?? FileName, now, 1, true);
        Record(now, "confirmed", $"The upload has arrived with ETag {etag}.");
        Enqueue(now);
        return true;
    }

    /// <summary>Nothing came in time. False if something did.</summary>
    public bool Expire(DateTimeOffset now)
    {
        if (Status != AssetStatus.Pending) return false;
        Status = AssetStatus.Expired;
        TidyAt = now;
        Record(now, "expired", "No upload was confirmed in time.");
        return true;
    }

    /// <summary>Removes what is personal and leaves a tombstone; its objects follow. False if that has been done.</summary>
    public bool Delete(DateTimeOffset now)
    {
        if (Status == AssetStatus.Deleted) return false;
        Status = AssetStatus.Deleted;
        FileName = "";
        (Sha256, FocalX, FocalY) = (null, null, null);
        Unpublish();
        (RejectionReason, FailureReason) = (null, null);
        StopWork();
        TidyAt = now;
        Record(now, "deleted", "The owner deleted the asset.");
        return true;
    }

    /// <summary>Its objects are to be looked at, and not before: at once after a late outcome, later where somebody is at it.</summary>
    public bool TidyFrom(DateTimeOffset at)
    {
        TidyAt = at;
        return true;
    }

    /// <summary>Objects that this row does not need are about to be deleted. False if the row may need them by now.</summary>
    public bool GiveUpKeys(int version)
    {
        if (Version != version) return false;
        KeyGeneration++;
        return true;
    }

    /// <summary>Its objects are in line with this row; <paramref name="again"/> says when to look once more.</summary>
    public void Tidied(DateTimeOffset? again, DateTimeOffset now)
    {
        TidyAt = again;
        if (again is null && Work == WorkState.Idle) Superseded = null;
        if (IsInLine && DispatchAt > now) DispatchAt = now;

        // IncomingKey stays: by it a file that comes later still is known to belong to nobody.
        if (again is null && Status == AssetStatus.Deleted) Record(now, "erased", "All objects that were found of this asset are deleted.");
    }

    private void Record(DateTimeOffset at, string kind, string detail)
    {
        UpdatedAt = at;
        _events.Add(new AssetEvent(at, kind, detail));
    }
}

/// <summary>What is known when a URL is handed out.</summary>
public sealed record NewUpload
{
    public required Guid Id { get; init; }

    public required string OwnerId { get; init; }

    public required string FileName { get; init; }

    public required string ContentType { get; init; }

    public required long Size { get; init; }

    public string? Sha256 { get; init; }

    public required string Profile { get; init; }

    public FocalPoint? FocalPoint { get; init; }

    public required string Key { get; init; }

    public required DateTimeOffset UrlExpiresAt { get; init; }
}
