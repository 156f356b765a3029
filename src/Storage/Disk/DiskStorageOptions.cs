using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Storage.Disk;

/// <summary>Objects in a folder, served by the same process. For one server; a second one wants S3.</summary>
public sealed class DiskStorageOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Storage:Disk";

    /// <summary>
    /// The folder of the objects, relative to the working directory; made if it is not there. Default <c>data/objects</c>.
    /// It must lie whole on one local, case-sensitive file system.
    /// </summary>
    public string Root { get; set; } = "data/objects";

    /// <summary>
    /// Where clients reach the server that maps the storage endpoints, without <c>/storage</c>. Default <c>http://localhost:4000</c>.
    /// Behind a proxy this is the proxy's address.
    /// </summary>
    public Uri BaseUrl { get; set; } = new("http://localhost:4000");

    /// <summary>
    /// The file of the key that signs URLs: 32 random bytes, made with mode 0600 if it is not there. Default: the root's path with
    /// <c>.signing-key</c> added. Deleting it makes every URL that was handed out void.
    /// </summary>
    public string? SigningKeyPath { get; set; }

    /// <summary>
    /// MiB of the disk that uploads leave free. Default 512. With less, presign and PUT answer 507 and the server is not ready. Kept for what is
    /// confirmed already: some 100 MiB for each image in work, the database and deletes, which work in any case.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int ReserveMegabytes { get; set; } = 512;

    internal string FullRoot => Path.TrimEndingDirectorySeparator(Path.GetFullPath(Root));

    internal string FullSigningKeyPath => Path.GetFullPath(SigningKeyPath ?? FullRoot + ".signing-key");

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var readable = true;
        if (string.IsNullOrWhiteSpace(Root))
        {
            readable = false;
            yield return new ValidationResult($"`{Section}:{nameof(Root)}` must name a folder, was empty");
        }

        if (BaseUrl is not { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "" })
            yield return new ValidationResult($"`{Section}:{nameof(BaseUrl)}` must be an absolute http or https URL without query, was '{Credentials.Hide(BaseUrl)}'");

        if (SigningKeyPath is { } path && string.IsNullOrWhiteSpace(path))
            yield return new ValidationResult($"`{Section}:{nameof(SigningKeyPath)}` must name a file, was empty");

        // Whoever can list or copy the objects must not get the key that signs for them along with them.
        else if (readable && FullSigningKeyPath.StartsWith(FullRoot + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            yield return new ValidationResult($"`{Section}:{nameof(SigningKeyPath)}` must lie outside `{Section}:{nameof(Root)}`");
    }
}
