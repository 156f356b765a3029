using System.Security.Cryptography;
using System.Text;
using Pipeline.Assets.Webhooks;
using Pipeline.Storage;

namespace Pipeline.Assets.Manifests;

/// <summary>
/// The keys that sign manifests and the marks of erased assets; the first one is current. Empty if the operator has configured none. A signature
/// covers the key of the object, so nobody who can only write to the bucket can give an asset the manifest of another, or to another owner.
/// </summary>
public sealed class ManifestKeys
{
    /// <summary>Characters of the name of a key.</summary>
    public const int IdLength = 8;

    // Names the purpose, so that no other use of the secret ever has the same key.
    private static readonly byte[] Purpose = "pipeline manifests 1"u8.ToArray();

    private readonly IReadOnlyList<(string Id, byte[] Key)> _all;

    private ManifestKeys(IEnumerable<byte[]> keys) =>
        _all = [.. keys.Select(key => (Convert.ToHexStringLower(SHA256.HashData([.. Purpose, .. key]))[..IdLength], key)).DistinctBy(k => k.Item1, StringComparer.Ordinal)];

    /// <param name="options">Configured keys.</param>
    /// <param name="tokenSecrets">The secrets of tokens, the current one first; keys are derived from them.</param>
    public static ManifestKeys Of(ManifestOptions options, params IEnumerable<string?> tokenSecrets) => new(
    [
        .. new[] { options.SigningKey, options.PreviousSigningKey }.Select(WebhookOptions.KeyOf).OfType<byte[]>(),
        .. tokenSecrets.OfType<string>().Select(secret => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), WebhookOptions.KeyBytes, salt: null, Purpose)),
    ]);

    /// <summary>The name of the current key; null if there is none, and then nothing can be signed.</summary>
    public string? Current => _all.Count > 0 ? _all[0].Id : null;

    /// <summary>Signs the content of an object with the current key.</summary>
    public byte[] Sign(ObjectKey at, ReadOnlySpan<byte> content) => Mac(_all[0].Key, at, content);

    /// <returns>Null if this installation has no key of this name; else whether it has signed this content for this object.</returns>
    public bool? Verify(string keyId, ObjectKey at, ReadOnlySpan<byte> content, ReadOnlySpan<byte> mac) =>
        _all.FirstOrDefault(k => k.Id == keyId).Key is { } key ? CryptographicOperations.FixedTimeEquals(Mac(key, at, content), mac) : null;

    private static byte[] Mac(byte[] key, ObjectKey at, ReadOnlySpan<byte> content)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(at.Value), 0, .. content];
        return HMACSHA256.HashData(key, signed);
    }
}
