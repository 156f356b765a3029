using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Assets.Batches;
using Pipeline.Storage;

namespace Pipeline.Assets.Manifests;

/// <summary>
/// All that the row of a ready asset says, as the object beside its frozen original stores it. Fields are only ever added, and manifests of earlier
/// versions lack the newer ones. Without URLs, because the public host may change.
/// </summary>
public sealed record AssetManifest
{
    /// <summary>Characters of a tag.</summary>
    public const int TagLength = 32;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    // Only for reading: a row that someone edited may hold a null, and must still be saved.
    private static readonly JsonSerializerOptions Strict = new(Json) { RespectNullableAnnotations = true };

    public required Guid AssetId { get; init; }

    public required string TenantId { get; init; }

    public required string OwnerId { get; init; }

    public ManifestBatch? Batch { get; init; }

    public required string FileName { get; init; }

    public required string ClaimedType { get; init; }

    public required long Size { get; init; }

    public bool SizeIsBound { get; init; }

    public string? Sha256 { get; init; }

    public required string Profile { get; init; }

    public double? FocalX { get; init; }

    public double? FocalY { get; init; }

    public string IncomingKey { get; init; } = "";

    public string? IncomingETag { get; init; }

    public bool AutoConfirm { get; init; }

    public DateTimeOffset UploadUrlExpiresAt { get; init; }

    /// <summary>Names the frozen original by key, size, hash and entity tag: the manifest is about these bytes.</summary>
    public required Publication Publication { get; init; }

    public SupersededVariants? Superseded { get; init; }

    public string? ProfileFingerprint { get; init; }

    public string? PerceptualHash { get; init; }

    public string? FailureCode { get; init; }

    public string? FailureReason { get; init; }

    public string? FailureEngine { get; init; }

    public DateTimeOffset? ScannedAt { get; init; }

    public int? ScannedWith { get; init; }

    public int Revision { get; init; }

    public int Attempt { get; init; }

    /// <summary>A newer revision was in work or was requested.</summary>
    public bool IsUnfinished { get; init; }

    public AssetVisibility Visibility { get; init; }

    public bool HasBeenPrivate { get; init; }

    public bool IsTemporary { get; init; }

    public DateTimeOffset? DeleteAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The version of the row.</summary>
    public int Sequence { get; init; }

    public int KeyGeneration { get; init; }

    /// <param name="asset">A ready asset.</param>
    /// <param name="batch">Its batch; null if it has none or the batch is lost.</param>
    public static AssetManifest Of(Asset asset, Batch? batch = null) => new()
    {
        AssetId = asset.Id,
        TenantId = asset.TenantId,
        OwnerId = asset.OwnerId,
        Batch = asset is { BatchId: { } id, BatchIndex: { } index } ? new ManifestBatch(id, index, batch?.Total, batch?.CreatedAt) : null,
        FileName = asset.FileName,
        ClaimedType = asset.ClaimedType,
        Size = asset.Size,
        SizeIsBound = asset.SizeIsBound,
        Sha256 = asset.Sha256,
        Profile = asset.Profile,
        FocalX = asset.FocalX,
        FocalY = asset.FocalY,
        IncomingKey = asset.IncomingKey,
        IncomingETag = asset.IncomingETag,
        AutoConfirm = asset.AutoConfirm,
        UploadUrlExpiresAt = asset.UploadUrlExpiresAt,
        Publication = asset.Publication!,
        Superseded = asset.Superseded,
        ProfileFingerprint = asset.ProfileFingerprint,
        PerceptualHash = asset.PerceptualHash,
        FailureCode = asset.FailureCode,
        FailureReason = asset.FailureReason,
        FailureEngine = asset.FailureEngine,
        ScannedAt = asset.ScannedAt,
        ScannedWith = asset.ScannedWith,
        Revision = asset.Revision,
        Attempt = asset.Attempt,
        IsUnfinished = asset.Work != WorkState.Idle,
        Visibility = asset.Visibility,
        HasBeenPrivate = asset.HasBeenPrivate,
        IsTemporary = asset.IsTemporary,
        DeleteAt = asset.DeleteAt,
        CreatedAt = asset.CreatedAt,
        ConfirmedAt = asset.ConfirmedAt,
        ReadyAt = asset.ReadyAt,
        UpdatedAt = asset.UpdatedAt,
        Sequence = asset.Version,
        KeyGeneration = asset.KeyGeneration,
    };

    /// <summary>
    /// The hash of what a manifest of this asset says. What changes often and can be lost is left out, so that it costs no request: the version, the
    /// time of the last change, attempts, the last scan, and what cleanup keeps for a day.
    /// </summary>
    public static string TagOf(Asset asset)
    {
        var lasting = Of(asset) with
        {
            Sequence = 0,
            UpdatedAt = default,
            KeyGeneration = 0,
            Superseded = null,
            Attempt = 0,
            Revision = 0,
            FailureReason = null,
            FailureEngine = null,
            ScannedAt = null,
            ScannedWith = null,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(lasting, Json)))[..TagLength];
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Null if a required field is missing or of another type, or if a text does not fit into the table.</summary>
    public static AssetManifest? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<AssetManifest>(body, Strict) is { } manifest && manifest.Fits() ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool Fits() =>
        TenantId.Length is >= 1 and <= Caller.MaxTenantLength && OwnerId.Length is >= 1 and <= 128 && FileName.Length <= 255 && ClaimedType.Length <= 64
        && Profile.Length <= 32 && IncomingKey.Length <= ObjectKey.MaxLength && IncomingETag is not { Length: > 128 } && FailureCode is not { Length: > 32 }
        && ObjectKey.TryParse(Publication.Original?.Key, out var original) && ObjectKey.AssetOf(original) == AssetId && !ObjectKey.IsManifest(original)
        && Publication.Variants is not null;
}

/// <summary>The place of an asset in its batch, with what the lost batch needs.</summary>
public sealed record ManifestBatch(Guid Id, int Index, int? Total, DateTimeOffset? CreatedAt);
