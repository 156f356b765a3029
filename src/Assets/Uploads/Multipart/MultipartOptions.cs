using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting.Secrets;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads.Multipart;

/// <summary>Uploads in several parts. Section <c>Uploads:Multipart</c>.</summary>
public sealed class MultipartOptions : IValidatableObject
{
    private const int KeyBytes = 32;

    /// <summary>
    /// Size in bytes above which the answer to a presign request advises a multipart upload. Default 16 MiB. It is advice: a smaller file may
    /// come in parts, and a larger one by a single PUT.
    /// </summary>
    [Range(1, UploadOptions.LargestMaxBytes)]
    public long FromBytes { get; set; } = 16L * 1024 * 1024;

    /// <summary>
    /// Least size of a part in bytes. Default none: 5 MiB, or more for a file that would have more than 10,000 parts. A larger part needs fewer
    /// requests; a smaller one loses less when a connection breaks. Uppy chooses its parts by itself.
    /// </summary>
    [Range(IMultipartUploads.LeastPartBytes, UploadOptions.LargestMaxBytes)]
    public long? PartBytes { get; set; }

    /// <summary>
    /// Signs the short-lived URLs that Uppy gets for requests that a store does not presign: 32 random bytes in base64, the same for all instances.
    /// Default: a key that is derived from <c>JWT_SECRET</c>. With an authority there is no default, and <c>/api/upload/sign</c> then serves single
    /// PUTs only.
    /// </summary>
    [Secret("32 bytes in base64")]
    public string? UrlKey { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (UrlKey is not null && !(Convert.TryFromBase64String(UrlKey, new byte[KeyBytes], out var length) && length == KeyBytes))
            yield return new ValidationResult($"`{UploadOptions.Section}:{nameof(UploadOptions.Multipart)}:{nameof(UrlKey)}` must be {KeyBytes} bytes in base64");
    }
}
