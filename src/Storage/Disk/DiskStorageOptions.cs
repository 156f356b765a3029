using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Storage.Disk;

/// <summary>Stores objects in a folder and serves them from the same process. For one server; use S3 for more than one.</summary>
public sealed class DiskStorageOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Storage:Disk";

    /// <summary>
    /// The folder of the objects, relative to the working directory; created if missing. Default <c>data/objects</c>. All of it must be on one
    /// local, case-sensitive file system.
    /// </summary>
    public string Root { get; set; } = "data/objects";

    /// <summary>
    /// The address under which clients reach the server that maps the storage endpoints, without <c>/storage</c>. Default
    /// <c>http://localhost:4000</c>. Behind a proxy, set the proxy's address.
    /// </summary>
    public Uri BaseUrl { get; set; } = new("http://localhost:4000");

    /// <summary>
    /// The file of the key that signs URLs: 32 random bytes, created with mode 0600 if missing. Default: the root's path plus
    /// <c>.signing-key</c>. Deleting it invalidates every URL that was issued.
    /// </summary>
    public string? SigningKeyPath { get; set; }

    /// <summary>
    /// Free space in MiB that uploads must leave on the disk. Default 512. Below it, presign and PUT answer 507 and the server is not ready. The
    /// reserve serves uploads that are already confirmed: about 100 MiB for each image in work, the database and deletes, which work in any
    /// case.
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

        // A person who may list or copy the objects must not thereby get the signing key.
        else if (readable && FullSigningKeyPath.StartsWith(FullRoot + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            yield return new ValidationResult($"`{Section}:{nameof(SigningKeyPath)}` must lie outside `{Section}:{nameof(Root)}`");
    }
}
