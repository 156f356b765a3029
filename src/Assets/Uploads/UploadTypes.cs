namespace Pipeline.Assets.Uploads;

/// <summary>The media types that an upload can be allowed to claim.</summary>
public static class UploadTypes
{
    /// <summary>Each with the extensions that its keys may carry; the first is the default.</summary>
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

    // What browsers and phones of other years call the same.
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

    /// <summary>The one spelling of a claimed type: without case, parameters and aliases. Where the claim says nothing, the name's extension tells.</summary>
    /// <returns>A type in lower case, not necessarily an allowed one; empty where neither tells.</returns>
    public static string Canonical(string claim, string? fileName)
    {
        // What could not stand in a header is no type, whatever it begins with.
        if (claim.AsSpan().ContainsAnyExceptInRange(' ', '~')) return claim;
        var type = claim.Split(';', 2)[0].Trim().ToLowerInvariant();
        if (type is "" or Binary) return TypesByExtension.GetValueOrDefault(Path.GetExtension(fileName ?? "").Trim().ToLowerInvariant(), type);
        return Aliases.GetValueOrDefault(type, type);
    }
}
