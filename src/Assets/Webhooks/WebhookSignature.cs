using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Assets.Webhooks;

/// <summary>Signs by Standard Webhooks 1.0: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
public static class WebhookSignature
{
    /// <param name="id">The <c>webhook-id</c>.</param>
    /// <param name="seconds">The <c>webhook-timestamp</c>: Unix seconds of this try, since receivers refuse one that is five minutes off.</param>
    /// <param name="body">The bytes that are sent.</param>
    /// <param name="secrets">All of them sign, so that a receiver accepts requests before and after it has taken a new secret.</param>
    /// <returns>The <c>webhook-signature</c>.</returns>
    public static string Of(string id, long seconds, byte[] body, IEnumerable<byte[]> secrets)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}"));
    }
}
