using System.ComponentModel.DataAnnotations;
using System.Net;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Assets.Webhooks;

/// <summary>How events are sent to webhooks. Section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    /// <summary>Bytes of an encryption key.</summary>
    public const int KeyBytes = 32;

    /// <summary>
    /// Encrypts the signing secrets in the database: 32 random bytes in base64. Default: a key that is derived from <c>JWT_SECRET</c>. With an
    /// authority there is no default, and no webhook can be created without this key.
    /// </summary>
    [Secret("32 bytes in base64")]
    public string? EncryptionKey { get; set; }

    /// <summary>The key before a rotation: secrets that it encrypted can still be read, and are encrypted with the newer key. Default none.</summary>
    [Secret("32 bytes in base64")]
    public string? PreviousEncryptionKey { get; set; }

    /// <summary>
    /// Networks such as <c>10.1.0.0/16</c> that webhooks may reach although their addresses are private or reserved; for them http is allowed,
    /// too. Default none.
    /// </summary>
    public IReadOnlyList<string> AllowNetworks { get; set; } = [];

    /// <summary>Requests that each instance has in flight to all webhooks together. Default 64.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 64;

    /// <summary>Requests in flight to one webhook, over all instances. Default 4.</summary>
    [Range(1, 1_000)]
    public int ConcurrencyPerEndpoint { get; set; } = 4;

    /// <summary>Seconds that one request may take, with connecting and reading the answer. Default 15.</summary>
    [Range(1, 30)]
    public int TimeoutSeconds { get; set; } = 15;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EncryptionKey is not null && KeyOf(EncryptionKey) is null) yield return new ValidationResult($"`{Section}:{nameof(EncryptionKey)}` must be {KeyBytes} bytes in base64");
        if (PreviousEncryptionKey is not null && KeyOf(PreviousEncryptionKey) is null)
            yield return new ValidationResult($"`{Section}:{nameof(PreviousEncryptionKey)}` must be {KeyBytes} bytes in base64");
        foreach (var network in AllowNetworks.Where(n => !IPNetwork.TryParse(n, out _)))
            yield return new ValidationResult($"`{Section}:{nameof(AllowNetworks)}` must hold networks such as 10.1.0.0/16 or fd00::/8, was '{Credentials.Hide(network)}'");
    }

    /// <returns>Null if the text is not such a key.</returns>
    internal static byte[]? KeyOf(string? text)
    {
        var key = new byte[KeyBytes];
        return text is not null && Convert.TryFromBase64String(text, key, out var length) && length == KeyBytes ? key : null;
    }
}
