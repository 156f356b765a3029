using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging;

/// <summary>The types that can be read; <see cref="ImageLimits.Inputs"/> lists the accepted ones.</summary>
internal enum ImageType
{
    Jpeg,
    Png,
    Webp,
    Gif,
    Heic,
    Avif,
    Svg,
}

/// <summary>Detects the type of a file from its first bytes; the client's content type and the file name do not count.</summary>
internal static class ImageTypes
{
    private static readonly (ImageType Type, string Name, string Spoken, string MediaType)[] All =
    [
        (ImageType.Jpeg, "jpeg", "a JPEG", "image/jpeg"),
        (ImageType.Png, "png", "a PNG", "image/png"),
        (ImageType.Webp, "webp", "a WebP", "image/webp"),
        (ImageType.Gif, "gif", "a GIF", "image/gif"),
        (ImageType.Heic, "heic", "an HEIC", "image/heic"),
        (ImageType.Avif, "avif", "an AVIF", "image/avif"),
        (ImageType.Svg, "svg", "an SVG", "image/svg+xml"),
    ];

    /// <summary>The names used in the configuration.</summary>
    public static IEnumerable<string> Names => All.Select(entry => entry.Name);

    public static ImageType? Sniff(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageType.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageType.Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageType.Webp,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageType.Gif,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => HeifBrands.Detect(bytes),
        _ => SvgText.StartsLikeSvg(bytes) ? ImageType.Svg : null,
    };

    /// <summary>Finds a type by its name in the configuration; null if no type has that name.</summary>
    public static ImageType? Parse(string name)
    {
        var at = Array.FindIndex(All, entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase));
        return at < 0 ? null : All[at].Type;
    }

    /// <summary>The name with its article, for a sentence.</summary>
    public static string Spoken(this ImageType type) => All[(int)type].Spoken;

    public static string MediaType(this ImageType type) => All[(int)type].MediaType;

    /// <summary>True if its pages are animation frames. In other types, pages are separate images, and only the first one is used.</summary>
    public static bool CanMove(this ImageType type) => type is ImageType.Gif or ImageType.Webp;
}
