using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Assets.Webhooks;

/// <summary>The keys that encrypt signing secrets in the database; the first one is current. Empty if the operator has configured none.</summary>
public sealed class WebhookKeys
{
    // Names the purpose, so that no other use of the secret ever has the same key.
    private static readonly byte[] Purpose = "pipeline webhook secrets 1"u8.ToArray();

    private WebhookKeys(IEnumerable<byte[]> keys) =>
        All = [.. keys.Select(key => (Convert.ToHexStringLower(SHA256.HashData(key))[..8], key)).DistinctBy(k => k.Item1, StringComparer.Ordinal)];

    internal IReadOnlyList<(string Id, byte[] Key)> All { get; }

    /// <param name="options">Configured keys.</param>
    /// <param name="tokenSecrets">The secrets of tokens, the current one first; keys are derived from them.</param>
    public static WebhookKeys Of(WebhookOptions options, params IEnumerable<string?> tokenSecrets) => new(
    [
        .. new[] { options.EncryptionKey, options.PreviousEncryptionKey }.Select(WebhookOptions.KeyOf).OfType<byte[]>(),
        .. tokenSecrets.OfType<string>().Select(secret => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), WebhookOptions.KeyBytes, salt: null, Purpose)),
    ]);
}

/// <summary>
/// Makes signing secrets and encrypts them by AES-256-GCM for the database. Each is bound to its webhook, so that a row cannot take the secret
/// of another. Stored as <c>keyId.base64(nonce, tag, ciphertext)</c>.
/// </summary>
public sealed class WebhookSecrets(WebhookKeys keys)
{
    /// <summary>Bytes of a signing secret.</summary>
    public const int SecretBytes = 32;

    private const string Prefix = "whsec_";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>False if there is no key to encrypt with.</summary>
    public bool CanEncrypt => keys.All.Count > 0;

    /// <summary>What the ciphertexts of the current key begin with.</summary>
    internal string CurrentPrefix => $"{keys.All[0].Id}.";

    public static byte[] New() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The secret as the owner gets it, once.</summary>
    public static string Show(byte[] secret) => Prefix + Convert.ToBase64String(secret);

    public string Encrypt(Guid webhookId, byte[] secret)
    {
        var (id, key) = keys.All[0];
        var (nonce, tag, cipher) = (RandomNumberGenerator.GetBytes(NonceBytes), new byte[TagBytes], new byte[secret.Length]);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, secret, cipher, tag, webhookId.ToByteArray());
        return $"{id}.{Convert.ToBase64String([.. nonce, .. tag, .. cipher])}";
    }

    /// <returns>Null if none of the keys encrypted it for this webhook.</returns>
    public byte[]? TryDecrypt(Guid webhookId, string stored)
    {
        if (stored.Split('.') is not [var id, var text] || keys.All.FirstOrDefault(k => k.Id == id).Key is not { } key) return null;
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < NonceBytes + TagBytes) return null;
        var secret = new byte[length - NonceBytes - TagBytes];
        var parts = bytes.AsSpan(0, length);
        try
        {
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(parts[..NonceBytes], parts[(NonceBytes + TagBytes)..], parts[NonceBytes..(NonceBytes + TagBytes)], secret, webhookId.ToByteArray());
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
