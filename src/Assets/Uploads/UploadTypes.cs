namespace Pipeline.Assets.Uploads;

/// <summary>The media types that an upload can be allowed to claim.</summary>
public static class UploadTypes
{
    /// <summary>Maps each type to the extensions that its keys may have; the first is the default.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Extensions = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["image/jpeg"] = [".jpg", ".jpeg"],
        ["image/png"] = [".png"],
        ["image/webp"] = [".webp"],
        ["image/gif"] = [".gif"],
        ["image/heic"] = [".heic", ".heif"],
        ["image/heif"] = [".heif", ".heic"],
        ["image/avif"] = [".avif"],
        ["image/svg+xml"] = [".svg"],
    };

    private const string Binary = "application/octet-stream";

    // Names that older browsers and phones use for the same types.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["image/jpg"] = "image/jpeg",
        ["image/pjpeg"] = "image/jpeg",
        ["image/x-png"] = "image/png",
    };

    private static readonly Dictionary<string, string> TypesByExtension = new(StringComparer.Ordinal)
    {
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".jpe"] = "image/jpeg",
        [".jfif"] = "image/jpeg",
        [".pjpeg"] = "image/jpeg",
        [".pjp"] = "image/jpeg",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".gif"] = "image/gif",
        [".heic"] = "image/heic",
        [".heif"] = "image/heif",
        [".hif"] = "image/heif",
        [".avif"] = "image/avif",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>
    /// Normalises a claimed type: lower case, no parameters, no aliases. If the claim is empty or <c>application/octet-stream</c>, the
    /// extension of the file name decides.
    /// </summary>
    /// <returns>A type in lower case, not necessarily an allowed one; the claim itself if it is invalid, or if the extension is
    /// unknown.</returns>
    public static string Canonical(string claim, string? fileName)
    {
        // A claim with characters that a header cannot hold is not a media type, whatever it begins with.
        if (claim.AsSpan().ContainsAnyExceptInRange(' ', '~')) return claim;
        var type = claim.Split(';', 2)[0].Trim().ToLowerInvariant();
        if (type is "" or Binary) return TypesByExtension.GetValueOrDefault(Path.GetExtension(fileName ?? "").Trim().ToLowerInvariant(), type);
        return Aliases.GetValueOrDefault(type, type);
    }
}
