using System.ComponentModel.DataAnnotations;

namespace Pipeline.Storage.S3;

/// <summary>
/// Stores objects in Cloudflare R2, AWS S3 or another S3-compatible server. Section <c>Storage:S3</c>, the default for all areas; the variables
/// <c>R2_ACCOUNT_ID</c>, <c>R2_ACCESS_KEY_ID</c>, <c>R2_SECRET_ACCESS_KEY</c>, <c>R2_BUCKET_NAME</c> and <c>R2_PUBLIC_URL</c> set values that
/// the section leaves out. Times are written <c>hh:mm:ss</c>.
/// </summary>
public sealed class S3StorageOptions : S3AreaOptions, IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Storage:S3";

    /// <summary>
    /// Presigned uploads write only if no object exists yet, so each URL works once. Default false. Clients must then send
    /// <c>If-None-Match: *</c>, which is among the upload's headers.
    /// </summary>
    public bool WriteOnce { get; set; }

    /// <summary>Timeout for connecting, including name lookup and TLS. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Timeout for one attempt: sending the request with its body and receiving the answer's headers. Default 30 s, enough for 10 MB at 3
    /// Mbit/s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:30:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Timeout for an operation with all attempts and the delays between. Default 90 s. Reading the body is not included: see
    /// <see cref="IdleTimeout"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "01:00:00")]
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Timeout for each read of an object's body. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:10:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Number of retries, and of resumptions of a body that breaks off. Default 4. Delays are 0.2 s, 0.4 s, … up to 5 s, with jitter.
    /// </summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 4;

    /// <summary>Delay before the first retry. Not a setting; tests shorten it.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Faults(Section).Concat(AlsoWriteTo is null ? [] : [$"`{Section}:{nameof(AlsoWriteTo)}` would move all areas: set it in the section of each area that moves"])
            .Select(fault => new ValidationResult(fault));
}
