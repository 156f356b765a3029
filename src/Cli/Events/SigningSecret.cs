using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Cli.Events;

/// <summary>A secret of Standard Webhooks, with which forwarded events are signed.</summary>
sealed class SigningSecret
{
    private const string Prefix = "whsec_";
    private const int NewBytes = 32;
    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    private readonly byte[] _key;

    private SigningSecret(byte[] key) => _key = key;

    /// <summary>The secret as the receiver needs it.</summary>
    public string Text => Prefix + Convert.ToBase64String(_key);

    public static SigningSecret Create() => new(RandomNumberGenerator.GetBytes(NewBytes));

    /// <summary>Null if the text is not a secret.</summary>
    public static SigningSecret? Parse(string text)
    {
        var key = new byte[MostBytes + 1];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length is >= LeastBytes and <= MostBytes
            ? new SigningSecret(key[..length])
            : null;
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public string Sign(string id, long timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(_key, signed))}";
    }
}
