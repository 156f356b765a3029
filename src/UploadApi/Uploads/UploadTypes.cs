namespace Pipeline.UploadApi.Uploads;

/// <summary>The media types that an upload can be allowed to claim.</summary>
internal static class UploadTypes
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
}
