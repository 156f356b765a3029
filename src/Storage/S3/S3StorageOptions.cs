using System.ComponentModel.DataAnnotations;

namespace Pipeline.Storage.S3;

/// <summary>
/// Objects at Cloudflare R2, AWS S3 or a server that speaks S3. Section <c>Storage:S3</c>, for all areas that do not say otherwise; the
/// plain names <c>R2_ACCOUNT_ID</c>, <c>R2_ACCESS_KEY_ID</c>, <c>R2_SECRET_ACCESS_KEY</c>, <c>R2_BUCKET_NAME</c> and
/// <c>R2_PUBLIC_URL</c> fill what the section leaves open. Times are written <c>hh:mm:ss</c>.
/// </summary>
public sealed class S3StorageOptions : S3AreaOptions, IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Storage:S3";

    /// <summary>
    /// A presigned upload writes only where no object is yet, so its URL works once. Default false. Clients must then send
    /// <c>If-None-Match: *</c>, which stands among the upload's headers.
    /// </summary>
    public bool WriteOnce { get; set; }

    /// <summary>For connecting, name lookup and TLS included. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For one try: to send the request with its body and to get the answer's head. Default 30 s, which is 10 MB at 3 Mbit/s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:30:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For an operation with all its tries and the waits between. Default 90 s. Not for reading the body: see <see cref="IdleTimeout"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "01:00:00")]
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>For each read of an object's body. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:10:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Tries after the first, and how often a body that breaks off is taken up again. Default 4: 0.2 s, 0.4 s, … up to 5 s apart, with jitter.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 4;

    /// <summary>The wait before the second try; not a setting, but tests have no time.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Faults(Section).Select(fault => new ValidationResult(fault));
}
