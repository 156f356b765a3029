using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uppy;

/// <summary>What a URL of <see cref="StoreUrls"/> allows. The numbers are part of the URLs.</summary>
internal enum StoreOperation
{
    /// <summary>Tells the id of a multipart upload that has begun.</summary>
    Create = 1,

    /// <summary>Lists the parts that have arrived.</summary>
    List = 2,

    /// <summary>Completes and confirms the upload.</summary>
    Complete = 3,

    /// <summary>Aborts the upload.</summary>
    Abort = 4,

    /// <summary>Deletes the asset.</summary>
    Delete = 5,
}

/// <summary>
/// Signs short-lived URLs of this API by an HMAC over user, asset, operation and expiry, and verifies them. They stand in for requests that a
/// store does not presign; a token must never be in a URL.
/// </summary>
internal sealed class StoreUrls(IOptions<AuthOptions> auth, IOptions<UploadOptions> uploads, ApiAddress address, TimeProvider time)
{
    /// <summary>The path before the id of the asset.</summary>
    public const string Path = "/api/upload/s3";

    /// <summary>The field of the query.</summary>
    public const string Field = "signature";

    private const int CodeBytes = HMACSHA256.HashSizeInBytes;
    private const int Bytes = 1 + sizeof(long) + CodeBytes;

    // Names the purpose, so that no other use of the secret ever has the same key.
    private static readonly byte[] Purpose = "pipeline store urls 1"u8.ToArray();

    private readonly byte[][] _keys = [.. new[] { uploads.Value.Multipart.UrlKey, auth.Value.Secret, auth.Value.PreviousSecret }
        .OfType<string>().Select(secret => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), CodeBytes, salt: null, Purpose))];

    /// <summary>False if there is no secret to sign with.</summary>
    public bool CanSign => _keys.Length > 0;

    /// <summary>Signs a URL; it is valid for as long as one of the store.</summary>
    public Uri Sign(Asset asset, StoreOperation operation)
    {
        var signature = new byte[Bytes];
        signature[0] = (byte)operation;
        BinaryPrimitives.WriteInt64BigEndian(signature.AsSpan(1), time.GetUtcNow().ToUnixTimeSeconds() + uploads.Value.UrlSeconds);
        Code(_keys[0], asset.TenantId, asset.OwnerId, asset.Id, signature).CopyTo(signature, Bytes - CodeBytes);
        return new Uri(address.Url($"{Path}/{asset.Id}?{Field}={Base64Url.EncodeToString(signature)}"));
    }

    /// <returns>The operation; null if the signature is forged, expired or for another asset or owner.</returns>
    public StoreOperation? Check(string? text, string tenantId, string ownerId, Guid id)
    {
        var signature = new byte[Bytes];
        if (text is null || !Base64Url.IsValid(text, out var length) || length != Bytes || !Base64Url.TryDecodeFromChars(text, signature, out _)) return null;
        var isOurs = _keys.Any(key => CryptographicOperations.FixedTimeEquals(Code(key, tenantId, ownerId, id, signature), signature.AsSpan(Bytes - CodeBytes)));
        return isOurs && BinaryPrimitives.ReadInt64BigEndian(signature.AsSpan(1)) > time.GetUtcNow().ToUnixTimeSeconds() ? (StoreOperation)signature[0] : null;
    }

    private static byte[] Code(byte[] key, string tenantId, string ownerId, Guid id, byte[] signature) => HMACSHA256.HashData(
        key,
        JsonSerializer.SerializeToUtf8Bytes(new[] { tenantId, ownerId, id.ToString(), Convert.ToHexStringLower(signature.AsSpan(0, Bytes - CodeBytes)) }));
}
