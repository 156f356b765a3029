using System.ComponentModel.DataAnnotations;
using Pipeline.Assets.Webhooks;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Assets.Manifests;

/// <summary>The manifests beside frozen originals, from which rows can be made again. Section <c>Manifests</c>.</summary>
public sealed class ManifestOptions : IValidatableObject
{
    public const string Section = "Manifests";

    /// <summary>
    /// Signs manifests and the marks of erased assets: 32 random bytes in base64. Default: a key that is derived from <c>JWT_SECRET</c>. With an
    /// authority there is no default, and without this key no manifest is written. Keep a copy apart from the database: a rebuild needs it.
    /// </summary>
    [Secret("32 bytes in base64")]
    public string? SigningKey { get; set; }

    /// <summary>The key before a rotation: what it signed is still accepted, and is signed with the newer key in time. Default none.</summary>
    [Secret("32 bytes in base64")]
    public string? PreviousSigningKey { get; set; }

    /// <summary>
    /// Manifests a minute that are written for assets from before this version, or again after a rotation of the key. Default 600: a million assets
    /// take 28 hours. 0 for none.
    /// </summary>
    [Range(0, 100_000)]
    public int BackfillPerMinute { get; set; } = 600;

    /// <summary>
    /// Days for which the mark of an erased asset stays. Default 400. Keep it longer than the oldest backup of the database: a table that is restored
    /// from an older one brings erased assets back.
    /// </summary>
    [Range(1, 36_500)]
    public int KeepErasedDays { get; set; } = 400;

    /// <summary>Seconds between two comparisons of the marks with the table. Default 3,600; one listing request for each 1,000 marks.</summary>
    [Range(1, 604_800)]
    public int CheckErasedSeconds { get; set; } = 3_600;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigningKey is not null && WebhookOptions.KeyOf(SigningKey) is null)
            yield return new ValidationResult($"`{Section}:{nameof(SigningKey)}` must be {WebhookOptions.KeyBytes} bytes in base64");
        if (PreviousSigningKey is not null && WebhookOptions.KeyOf(PreviousSigningKey) is null)
            yield return new ValidationResult($"`{Section}:{nameof(PreviousSigningKey)}` must be {WebhookOptions.KeyBytes} bytes in base64");
    }
}
