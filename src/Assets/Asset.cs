using Pipeline.Assets.Events;
using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>
/// The record of one uploaded file, from the first presigned URL to the tombstone. Its state changes only by the methods here, in
/// <c>Asset.Work.cs</c>, <c>Asset.Revisions.cs</c>, <c>Asset.Focus.cs</c>, <c>Asset.Temporary.cs</c>,
/// <c>Asset.Multipart.cs</c>, <c>Asset.Objects.cs</c>, <c>Asset.SizeBound.cs</c>, <c>Asset.Manifest.cs</c>, <c>Asset.Visibility.cs</c> and <c>Asset.Rescans.cs</c>; each change of the status adds an event to the log. Only
/// <see cref="LastHeardAt"/> is also written elsewhere, by <c>AssetStore.HeardOfAsync</c>, and <see cref="ScannedAt"/> and <see cref="ScannedWith"/> by
/// <c>RescanOutcomes</c>.
/// </summary>
public sealed partial class Asset
{
    private readonly List<AssetEvent> _events = [];

    private Asset() { }

    public Guid Id { get; private set; }

    /// <summary>The tenant of the owner: <see cref="Caller.TenantId"/>.</summary>
    public string TenantId { get; private set; } = "";

    /// <summary>The user id in the token that requested the upload: its claim <c>userId</c>, or <c>sub</c> if there is none.</summary>
    public string OwnerId { get; private set; } = "";

    /// <summary>The batch that the upload was requested in; null if it was requested alone.</summary>
    public Guid? BatchId { get; private set; }

    /// <summary>Place in the batch, from 0; null without a batch.</summary>
    public int? BatchIndex { get; private set; }

    public AssetStatus Status { get; private set; }

    /// <summary>The owner's name for the file. Shown to the owner only; nothing depends on it.</summary>
    public string FileName { get; private set; } = "";

    /// <summary>The media type that the upload claimed.</summary>
    public string ClaimedType { get; private set; } = "";

    /// <summary>
    /// Length in bytes: the announced length until the asset is ready, then the measured one. With <see cref="SizeIsBound"/> the largest allowed
    /// length until the upload is confirmed.
    /// </summary>
    public long Size { get; private set; }

    /// <summary>SHA-256 in lower-case hex: the announced hash until the asset is ready, then the computed one.</summary>
    public string? Sha256 { get; private set; }

    /// <summary>Name of the profile.</summary>
    public string Profile { get; private set; } = "";

    /// <summary>With <see cref="FocalY"/>; see <see cref="FocalPoint"/>.</summary>
    public double? FocalX { get; private set; }

    /// <summary>With <see cref="FocalX"/>; see <see cref="FocalPoint"/>.</summary>
    public double? FocalY { get; private set; }

    /// <summary>The place that crops keep in view, effective from the next request; null if the owner set none.</summary>
    public FocalPoint? FocalPoint => FocalX is { } x && FocalY is { } y ? new FocalPoint { X = x, Y = y } : null;

    /// <summary>Key of the upload in the incoming area. Empty on tombstones that earlier versions cleaned up.</summary>
    public string IncomingKey { get; private set; } = "";

    /// <summary>Entity tag of the upload at its confirm; null on tombstones, because it is often a hash of the bytes.</summary>
    public string? IncomingETag { get; private set; }

    /// <summary>The published image and its variants; null if nothing is published.</summary>
    public Publication? Publication { get; private set; }

    /// <summary>
    /// Fingerprint of the worker's profile when it made <see cref="Publication"/>; null without one, or if the worker was too old to send
    /// it.
    /// </summary>
    public string? ProfileFingerprint { get; private set; }

    /// <summary>Perceptual hash of the published image; null without a publication, or if the worker computed none.</summary>
    public string? PerceptualHash { get; private set; }

    public string? RejectionCode { get; private set; }

    public string? RejectionReason { get; private set; }

    public string? FailureCode { get; private set; }

    public string? FailureReason { get; private set; }

    /// <summary>The imaging engine of the attempt with <see cref="FailureCode"/>; null if no worker reported it.</summary>
    public string? FailureEngine { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When the last of the presigned URLs expires.</summary>
    public DateTimeOffset UploadUrlExpiresAt { get; private set; }

    /// <summary>The arrival of the upload confirms it; the client need not.</summary>
    public bool AutoConfirm { get; private set; }

    public DateTimeOffset? ConfirmedAt { get; private set; }

    public DateTimeOffset? ReadyAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>When cleanup next compares the objects of this asset with this row; null if no check is due.</summary>
    public DateTimeOffset? TidyAt { get; private set; }

    /// <summary>
    /// Part of the object names that the next revision writes. It is raised before objects are deleted, so that a late deletion never
    /// removes an object of a newer revision.
    /// </summary>
    public int KeyGeneration { get; private set; }

    /// <summary>Concurrency token: a change based on an older row fails.</summary>
    public int Version { get; private set; }

    /// <summary>Events added since the row was loaded or saved.</summary>
    internal IReadOnlyList<AssetEvent> NewEvents => _events;

    /// <summary>
    /// Hands the new events over to be saved, and raises the version: by one for each event, at least by one. Call it once before each save.
    /// </summary>
    internal IReadOnlyList<AssetEvent> TakeEvents()
    {
        AssetEvent[] events = [.. _events];
        _events.Clear();
        foreach (var line in events) line.Sequence = ++Version;
        if (events.Length == 0) Version++;

        // One change of the status is delivered once, by its last event, with the asset as the whole change leaves it.
        var snapshot = new Lazy<string>(() => AssetSnapshot.Of(this).ToJson());
        foreach (var delivered in events.Where(e => e.IsDelivered).GroupBy(e => EventType.Of(e.Kind), StringComparer.Ordinal))
        {
            foreach (var earlier in delivered.SkipLast(1)) earlier.KeepToTimeline();
            delivered.Last().Snapshot = snapshot.Value;
        }

        return events;
    }

    /// <summary>Creates the asset before its presigned URL is issued.</summary>
    public static Asset Request(NewUpload upload, DateTimeOffset now)
    {
        var asset = new Asset
        {
            Id = upload.Id,
            TenantId = upload.TenantId,
            OwnerId = upload.OwnerId,
            BatchId = upload.BatchId,
            BatchIndex = upload.BatchIndex,
            IsTemporary = upload.IsTemporary,
            AutoConfirm = upload.AutoConfirm,
            Visibility = upload.Visibility,
            HasBeenPrivate = upload.Visibility == AssetVisibility.Private,
            Status = AssetStatus.Pending,
            FileName = upload.FileName,
            ClaimedType = upload.ContentType,
            Size = upload.Size,
            SizeIsBound = upload.SizeIsBound,
            Sha256 = upload.Sha256,
            Profile = upload.Profile,
            FocalX = upload.FocalPoint?.X,
            FocalY = upload.FocalPoint?.Y,
            IncomingKey = upload.Key,
            NamesAllObjects = true,
            CreatedAt = now,
            UploadUrlExpiresAt = upload.UrlExpiresAt,
        };
        asset.Record(now, AssetEventKind.Created, new CreatedData(upload.Size, upload.ContentType, upload.SizeIsBound));
        return asset;
    }

    /// <summary>Records that the upload has arrived. False if the asset is not pending any more.</summary>
    /// <param name="etag">Entity tag of the object.</param>
    /// <param name="fileName">Replaces the announced name; null keeps it.</param>
    /// <param name="now">The time.</param>
    /// <param name="size">Length of the object, which becomes that of an upload whose size was not known.</param>
    public bool Confirm(string etag, string? fileName, DateTimeOffset now, long? size = null)
    {
        if (Status != AssetStatus.Pending) return false;
        SettleSize(size);
        (IncomingETag, FileName, ConfirmedAt, Revision, IsAwaited) = (etag, fileName ?? FileName, now, 1, true);
        // Without the ETag, because the log outlives the file.
        Record(now, AssetEventKind.Confirmed);
        Enqueue(now);
        BeginTrace("confirm");
        return true;
    }

    /// <summary>
    /// Records that another URL of the upload is valid until this time. False if that changes nothing, or if the asset is not pending any more.
    /// </summary>
    public bool ExtendUrl(DateTimeOffset expiresAt)
    {
        if (Status != AssetStatus.Pending || expiresAt <= UploadUrlExpiresAt) return false;
        UploadUrlExpiresAt = expiresAt;
        return true;
    }

    /// <summary>Gives up an upload that was not confirmed in time. False if the asset is not pending any more.</summary>
    public bool Expire(DateTimeOffset now)
    {
        if (Status != AssetStatus.Pending) return false;
        Status = AssetStatus.Expired;
        TidyAt = now;
        Record(now, AssetEventKind.Expired);
        return true;
    }

    /// <summary>
    /// Removes personal data and leaves a tombstone; cleanup deletes the objects later. False if the asset is deleted already.
    /// </summary>
    public bool Delete(DateTimeOffset now) => Delete(now, data: null);

    private bool Delete(DateTimeOffset now, DeletedData? data)
    {
        if (Status == AssetStatus.Deleted) return false;
        Status = AssetStatus.Deleted;
        FileName = "";
        (Sha256, IncomingETag, FocalX, FocalY) = (null, null, null, null);
        Unpublish();
        (RejectionReason, FailureReason) = (null, null);
        (IsTemporary, DeleteAt) = (false, null);
        if (ConfirmedAt is not null) NamesAllObjects = false;
        StopWork();
        TidyAt = now;
        Record(now, AssetEventKind.Deleted, data);
        return true;
    }

    private void Record(DateTimeOffset now, AssetEventKind kind, EventData? data = null)
    {
        // Instances' clocks differ a little, but the events of an asset must be in the order of their times.
        if (now > UpdatedAt) UpdatedAt = now;
        _events.Add(new AssetEvent(this, UpdatedAt, kind, data));
    }
}
