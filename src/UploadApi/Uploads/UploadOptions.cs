using System.ComponentModel.DataAnnotations;

namespace Pipeline.UploadApi.Uploads;

/// <summary>What may be uploaded, and how. Section <c>Uploads</c>.</summary>
public sealed class UploadOptions : IValidatableObject
{
    public const string Section = "Uploads";

    /// <summary>Largest file in bytes. Default 10 MiB.</summary>
    [Range(1, 5L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>Seconds that a presigned URL is valid. Default 300.</summary>
    [Range(1, 604_800)]
    public int UrlSeconds { get; set; } = 300;

    /// <summary>Seconds after which an upload that was not confirmed is given up. Default 86,400, a day.</summary>
    [Range(60, 2_592_000)]
    public int PendingSeconds { get; set; } = 86_400;

    /// <summary>Names of the profiles that an upload may ask for; each must be known to the Processor. The first is the default.</summary>
    [MinLength(1)]
    public IReadOnlyList<string> Profiles { get; set; } = ["web", "avatar", "product"];

    /// <summary>How often a user may ask.</summary>
    public RateLimitOptions RateLimit { get; set; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PendingSeconds < UrlSeconds)
            yield return new ValidationResult($"`{Section}:{nameof(PendingSeconds)}` must be at least `{Section}:{nameof(UrlSeconds)}` ({UrlSeconds}), was {PendingSeconds}");
    }
}

/// <summary>Section <c>Uploads:RateLimit</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Presign requests of one user in a minute, counted by each instance for itself. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int PerMinute { get; set; } = 10;
}
