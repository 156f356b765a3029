using System.ComponentModel.DataAnnotations;
using Pipeline.Assets.Uploads.Multipart;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Assets.Uploads;

/// <summary>Rules and limits of uploads. Section <c>Uploads</c>.</summary>
public sealed class UploadOptions : IValidatableObject
{
    public const string Section = "Uploads";

    /// <summary>
    /// The largest size of one PUT to S3 and R2, and of one copy, by which workers freeze uploads; so it holds for multipart uploads too.
    /// </summary>
    internal const long LargestMaxBytes = 5L * 1024 * 1024 * 1024;

    /// <summary>Largest file in bytes. Default 10 MiB.</summary>
    [Range(1, LargestMaxBytes)]
    public long MaxBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>
    /// Media types that an upload may claim. Default image/jpeg, image/png, image/webp and image/gif; image/heic, image/heif, image/avif
    /// and image/svg+xml can be added. The claim only admits the upload: workers reject types that their own settings do not decode.
    /// </summary>
    [MinLength(1)]
    public IReadOnlyList<string> ContentTypes { get; set; } = ["image/jpeg", "image/png", "image/webp", "image/gif"];

    /// <summary>Seconds that a presigned URL is valid. Default 300.</summary>
    [Range(1, 604_800)]
    public int UrlSeconds { get; set; } = 300;

    /// <summary>Seconds after which an upload that was not confirmed is given up. Default 86,400, a day.</summary>
    [Range(60, 2_592_000)]
    public int PendingSeconds { get; set; } = 86_400;

    /// <summary>
    /// Most uploads of one owner that are requested and not yet confirmed, deleted or expired. Default 200: two batches of a hundred files,
    /// one abandoned and one in progress. Counted in the database, so over all instances.
    /// </summary>
    [Range(1, 1_000_000)]
    public int PendingPerOwner { get; set; } = 200;

    /// <summary>
    /// Most announced bytes of these uploads, whether the files have arrived or not. Default 2 GiB: two batches of a hundred files of 10
    /// MiB. At least <see cref="MaxBytes"/>.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long PendingBytesPerOwner { get; set; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Hours after which a temporary asset is deleted, counted from when it was first ready. Default 24.</summary>
    [Range(1, 8_760)]
    public int TemporaryHours { get; set; } = 24;

    /// <summary>Who sees the variants of an asset whose upload does not say so: <c>public</c> or <c>private</c>. Default public.</summary>
    public string DefaultVisibility { get; set; } = VisibilityWords.Word(AssetVisibility.Public);

    /// <summary>
    /// Whether <c>/api/upload/sign</c> accepts a file without its size, as Uppy sends it. Default true. Such an upload reserves
    /// <see cref="MaxBytes"/>, or what its owner's limits leave, until it is confirmed. S3 and R2 check no length that is not signed: a file that
    /// is larger is deleted when it is seen, within about a minute. False refuses such requests.
    /// </summary>
    public bool AllowUnknownSize { get; set; } = true;

    /// <summary>Whether the arrival of a file confirms its upload, if the request does not say so. Default false.</summary>
    public bool AutoConfirm { get; set; }

    /// <summary>Names of the profiles that an upload may ask for; each must be known to the Processor. The first is the default.</summary>
    [MinLength(1)]
    public IReadOnlyList<string> Profiles { get; set; } = ["web", "avatar", "product"];

    /// <summary>Uploads in several parts.</summary>
    public MultipartOptions Multipart { get; set; } = new();

    /// <summary>How often a user may request presigned URLs.</summary>
    public RateLimitOptions RateLimit { get; set; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PendingSeconds < UrlSeconds)
            yield return new ValidationResult($"`{Section}:{nameof(PendingSeconds)}` must be at least `{Section}:{nameof(UrlSeconds)}` ({UrlSeconds}), was {PendingSeconds}");
        if (PendingBytesPerOwner < MaxBytes)
            yield return new ValidationResult($"`{Section}:{nameof(PendingBytesPerOwner)}` must be at least `{Section}:{nameof(MaxBytes)}` ({MaxBytes}), or no file of that size could be uploaded; was {PendingBytesPerOwner}");
        if (VisibilityWords.Parse(DefaultVisibility) is null)
            yield return new ValidationResult($"`{Section}:{nameof(DefaultVisibility)}` must be {string.Join(" or ", VisibilityWords.All)}, was '{Credentials.Hide(DefaultVisibility)}'");
        foreach (var type in ContentTypes.Where(type => !UploadTypes.Extensions.ContainsKey(type)))
            yield return new ValidationResult($"`{Section}:{nameof(ContentTypes)}` can hold {string.Join(", ", UploadTypes.Extensions.Keys)}, and not '{type}'");
    }
}

/// <summary>Section <c>Uploads:RateLimit</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Presign requests of one user in a minute, counted over all instances. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int PerMinute { get; set; } = 10;

    /// <summary>
    /// Additional requests at once for a user who has sent few before: unused requests are saved up to this number. Default 0. With 40, a
    /// person can choose 50 photos at once, and then <see cref="PerMinute"/> each minute.
    /// </summary>
    [Range(0, 1_000_000)]
    public int Burst { get; set; }
}
