using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pipeline.Client;

/// <summary>Says whether a request to your webhook is from your Pipeline server, by the rules of Standard Webhooks.</summary>
public sealed class WebhookVerifier
{
    private const string Prefix = "whsec_";
    private const string Version = "v1,";

    /// <summary>Largest difference between the clock of the server and yours. An older request may be a repetition by someone else.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly byte[][] _keys;
    private readonly TimeProvider _time;

    /// <param name="secrets">The secret of the webhook; while you change it, both.</param>
    /// <exception cref="ArgumentException">There is no secret, or one that the server did not make.</exception>
    public WebhookVerifier(params IReadOnlyList<string> secrets)
        : this(TimeProvider.System, secrets)
    {
    }

    /// <param name="time">The clock.</param>
    /// <param name="secrets">The secret of the webhook; while you change it, both.</param>
    /// <exception cref="ArgumentException">There is no secret, or one that the server did not make.</exception>
    public WebhookVerifier(TimeProvider time, params IReadOnlyList<string> secrets)
    {
        if (secrets.Count == 0) throw new ArgumentException("A secret is needed: the server shows it once, when the webhook is made.", nameof(secrets));
        (_time, _keys) = (time, [.. secrets.Select(Key)]);
    }

    /// <summary>Verifies a request.</summary>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>.</param>
    /// <param name="signature">The header <c>webhook-signature</c>.</param>
    /// <param name="body">The bytes of the body, exactly as they came.</param>
    /// <returns>The event; null if the request is not authentic, too old, or no event. Answer it with 400 then.</returns>
    public PipelineEvent? Verify(string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body)
    {
        if (string.IsNullOrEmpty(id) || signature is null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return null;
        if (Math.Abs((double)_time.GetUtcNow().ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds) return null;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        if (!_keys.Any(key => IsSignedBy(key, signed, signature))) return null;
        try
        {
            var reader = new Utf8JsonReader(body);
            return PipelineEvent.Read(JsonElement.ParseValue(ref reader));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsSignedBy(byte[] key, byte[] signed, string signatures)
    {
        var expected = Encoding.ASCII.GetBytes(Version + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
        return signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), expected));
    }

    private static byte[] Key(string secret)
    {
        try
        {
            if (secret.StartsWith(Prefix, StringComparison.Ordinal)) return Convert.FromBase64String(secret[Prefix.Length..]);
        }
        catch (FormatException)
        {
            // The same answer as for a wrong prefix.
        }

        throw new ArgumentException($"A secret begins with {Prefix} and goes on in base64.", nameof(secret));
    }
}
