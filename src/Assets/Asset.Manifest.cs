using Pipeline.Assets.Events;
using Pipeline.Assets.Manifests;

namespace Pipeline.Assets;

/// <summary>The manifest beside the frozen original, from which the row can be made again.</summary>
public sealed partial class Asset
{
    /// <summary>
    /// How far the version of a row that was made again is above that in its manifest: changes that the manifest leaves out have raised the lost one, and
    /// clients drop what is older than they know.
    /// </summary>
    public const int VersionsAhead = 1_000;

    // Short enough to be there soon, long enough for the moves and revisions that follow a change at once.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    // A revision in work ends with a change of its own.
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(60);

    /// <summary>An asset with one of these states was never ready. Its manifest, if there is one, is of a later time than its row.</summary>
    internal static readonly AssetStatus[] Takeable = [AssetStatus.Pending, AssetStatus.Queued, AssetStatus.Processing, AssetStatus.Failed, AssetStatus.Expired];

    /// <summary>When the manifest is to be written, or when another instance may try; null while the store has what the row says.</summary>
    public DateTimeOffset? ManifestAt { get; private set; }

    /// <summary>The hash of what the manifest says, written or about to be; null without one.</summary>
    public string? ManifestTag { get; private set; }

    /// <summary>The key that signed the manifest in the store, or the mark of an erased asset; null if none was written.</summary>
    public string? ManifestKeyId { get; private set; }

    /// <summary>The mark of the erased asset is in the store.</summary>
    public bool IsMarkedErased => Status == AssetStatus.Deleted && ManifestKeyId is not null;

    /// <summary>The original is frozen, so a manifest belongs beside it.</summary>
    public bool HasManifest => Status == AssetStatus.Ready && Publication is not null;

    /// <summary>Makes the manifest due if it would say something else now. Called before each save.</summary>
    internal void PlanManifest()
    {
        if (!HasManifest)
        {
            if (!IsMarkedErased || ManifestTag is not null) (ManifestAt, ManifestTag, ManifestKeyId) = (null, null, null);
            return;
        }

        var tag = AssetManifest.TagOf(this);
        if (tag == ManifestTag) return;
        (ManifestTag, ManifestAt) = (tag, UpdatedAt + (Work == WorkState.Idle ? Settled : Unsettled));
    }

    /// <summary>The mark is in the store. False if the asset is not deleted.</summary>
    internal bool MarkErased(string keyId)
    {
        if (Status != AssetStatus.Deleted || ManifestKeyId == keyId) return false;
        (ManifestAt, ManifestTag, ManifestKeyId) = (null, null, keyId);
        return true;
    }

    /// <summary>The table was restored from a time before the owner erased the asset: erases it again. False if it is deleted already.</summary>
    internal bool EraseAgain(DateTimeOffset now) => Delete(now, new DeletedData(IsTimeOver: false, IsRestored: true));

    /// <summary>Makes the row from its manifest. A revision that was in work is requested once more.</summary>
    /// <param name="manifest">A manifest that fits its original.</param>
    /// <param name="etag">The entity tag of the original now, which differs in another store.</param>
    /// <param name="keyId">The key that signed the manifest.</param>
    /// <param name="now">The time.</param>
    internal static Asset Rebuild(AssetManifest manifest, string etag, string keyId, DateTimeOffset now)
    {
        var asset = new Asset { Id = manifest.AssetId };
        asset.Fill(manifest, etag, keyId, now);
        return asset;
    }

    /// <summary>
    /// The table was restored from a time before the asset was ready: makes it ready as its manifest says. False if the row has been published, was
    /// rejected or is deleted, or if the manifest is of another owner.
    /// </summary>
    /// <inheritdoc cref="Rebuild" />
    internal bool TakeBack(AssetManifest manifest, string etag, string keyId, DateTimeOffset now)
    {
        if (!CanBeTakenBack || manifest.AssetId != Id || (manifest.TenantId, manifest.OwnerId) != (TenantId, OwnerId)) return false;
        StopWork();
        Fill(manifest, etag, keyId, now);

        // Clients of the restored row wait for this event, and so does its batch.
        Record(now, AssetEventKind.Ready, new ReadyData(manifest.Publication.Variants.Count, manifest.Publication.Recipe, Engine: ""));

        // What the work on the restored row has left.
        FindObjects(now);
        return true;
    }

    /// <summary>It was never ready, so a manifest beside it is of a later time.</summary>
    internal bool CanBeTakenBack => Publication is null && Takeable.Contains(Status);

    private void Fill(AssetManifest manifest, string etag, string keyId, DateTimeOffset now)
    {
        TenantId = manifest.TenantId;
        OwnerId = manifest.OwnerId;
        BatchId = manifest.Batch?.Id;
        BatchIndex = manifest.Batch?.Index;
        Status = AssetStatus.Ready;
        FileName = manifest.FileName;
        ClaimedType = manifest.ClaimedType;
        Size = manifest.Size;
        SizeIsBound = manifest.SizeIsBound;
        Sha256 = manifest.Sha256;
        Profile = manifest.Profile;
        FocalX = manifest.FocalX;
        FocalY = manifest.FocalY;
        IncomingKey = manifest.IncomingKey;
        IncomingETag = manifest.IncomingETag;
        AutoConfirm = manifest.AutoConfirm;
        UploadUrlExpiresAt = manifest.UploadUrlExpiresAt;
        Publication = manifest.Publication with { Original = manifest.Publication.Original with { ETag = etag } };
        Superseded = manifest.Superseded;
        ProfileFingerprint = manifest.ProfileFingerprint;
        PerceptualHash = manifest.PerceptualHash;
        FailureCode = manifest.FailureCode;
        FailureReason = manifest.FailureReason;
        FailureEngine = manifest.FailureEngine;
        ScannedAt = manifest.ScannedAt;
        ScannedWith = manifest.ScannedWith;
        Revision = manifest.Revision;
        Attempt = manifest.Attempt;
        Visibility = manifest.Visibility;
        HasBeenPrivate = manifest.HasBeenPrivate;
        IsTemporary = manifest.IsTemporary;
        DeleteAt = manifest.DeleteAt;
        CreatedAt = manifest.CreatedAt;
        ConfirmedAt = manifest.ConfirmedAt;
        ReadyAt = manifest.ReadyAt;
        UpdatedAt = manifest.UpdatedAt;

        // The lost row may have given up keys after the manifest was written.
        KeyGeneration = Math.Max(KeyGeneration, manifest.KeyGeneration) + 1;

        // A restored row may have changed since.
        Version = Math.Max(Version, manifest.Sequence + VersionsAhead);
        (ManifestTag, ManifestKeyId) = (AssetManifest.TagOf(this), keyId);
        _events.Add(new AssetEvent(this, now, AssetEventKind.Rebuilt, data: null));
        if (manifest.IsUnfinished) RequestRevision(now);
        if (IsMisplaced) TidyFrom(now);
    }
}
