using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads;

/// <summary>An asset that waits for its bytes, and the signed PUT that brings them.</summary>
public sealed record SignedUpload(Asset Asset, PresignedUpload Put);

/// <summary>Signs the URL for one PUT of exactly the announced file.</summary>
public sealed class UploadUrls(StorageAreas areas, IOptions<UploadOptions> options)
{
    private const int NonceBytes = 8;

    // Stores accept 2,048 bytes of metadata in all. A longer name is cut here; the row has it whole.
    private const int MaxMetadataValue = 1024;

    /// <summary>Makes the asset of a request that <see cref="UploadPolicy"/> has accepted, and signs its URL. It is not stored yet.</summary>
    /// <inheritdoc cref="NewAsset" />
    public SignedUpload New(UploadRequest request, Caller caller, DateTimeOffset now, Guid? batchId = null, int? batchIndex = null)
    {
        var asset = NewAsset(request, caller, now, batchId, batchIndex);
        var put = Sign(asset, request.ContentType);
        asset.ExtendUrl(put.ExpiresAt);
        return new SignedUpload(asset, put);
    }

    /// <summary>Makes the asset of a request that <see cref="UploadPolicy"/> has accepted, without a URL. It is not stored yet.</summary>
    /// <param name="request">The file.</param>
    /// <param name="caller">Owns the upload.</param>
    /// <param name="now">The time.</param>
    /// <param name="batchId">The batch; null for a single upload.</param>
    /// <param name="batchIndex">Place in the batch; null for a single upload.</param>
    public Asset NewAsset(UploadRequest request, Caller caller, DateTimeOffset now, Guid? batchId = null, int? batchIndex = null)
    {
        var upload = new NewUpload
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.TenantId,
            OwnerId = caller.UserId,
            FileName = request.Filename!,
            ContentType = UploadPolicy.TypeOf(request),
            Size = request.FileSize ?? options.Value.MaxBytes,
            SizeIsBound = request.FileSize is null,
            Sha256 = request.Sha256?.ToLowerInvariant(),
            Profile = request.Profile ?? options.Value.Profiles[0],
            FocalPoint = request.FocalPoint?.ToPoint(),
            BatchId = batchId,
            BatchIndex = batchIndex,
            IsTemporary = request.IsTemporary,
            AutoConfirm = request.AutoConfirm ?? options.Value.AutoConfirm,
            Visibility = VisibilityWords.Parse(request.Visibility ?? options.Value.DefaultVisibility)!.Value,
            Key = ObjectKey.Incoming(caller.UserId, now, RandomNumberGenerator.GetBytes(NonceBytes), UploadPolicy.ExtensionFor(request)).Value,
            UrlExpiresAt = now, // until one is signed
        };
        return Asset.Request(upload, now);
    }

    /// <summary>What a multipart upload stores with the object; the same as a single PUT.</summary>
    public static WriteOptions OptionsOf(Asset asset) => new() { ContentType = asset.ClaimedType, Metadata = Metadata(asset) };

    /// <summary>Signs another URL for a pending asset. Its new expiry must be stored before anyone gets the URL.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="announcedType">The media type in the words of the client; null if they are not known.</param>
    public PresignedUpload Again(Asset asset, string? announcedType = null) => Sign(asset, announcedType);

    private PresignedUpload Sign(Asset asset, string? announcedType) => areas.Signer.SignPut(
        ObjectKey.Parse(asset.IncomingKey),
        new UploadTerms
        {
            ContentType = asset.ClaimedType,
            AnnouncedType = announcedType,
            Length = asset.Size,
            LengthIsBound = asset.SizeIsBound,
            Sha256 = asset.Sha256,
            Metadata = Metadata(asset),
        },
        TimeSpan.FromSeconds(options.Value.UrlSeconds));

    // Header values are ASCII: names and ids are percent-encoded, so that no line end and no foreign byte gets through.
    private static Dictionary<string, string> Metadata(Asset asset) => new(StringComparer.Ordinal)
    {
        ["original-filename"] = Encode(asset.FileName),
        ["uploaded-by"] = Encode(asset.OwnerId),
        ["upload-timestamp"] = asset.CreatedAt.ToString("O"),
    };

    private static string Encode(string text)
    {
        var whole = Uri.EscapeDataString(text);
        if (whole.Length <= MaxMetadataValue) return whole;

        // No letter is cut in its middle.
        var encoded = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = Uri.EscapeDataString(rune.ToString());
            if (encoded.Length + letter.Length > MaxMetadataValue) break;
            encoded.Append(letter);
        }

        return encoded.ToString();
    }
}
