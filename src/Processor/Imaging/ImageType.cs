namespace Pipeline.Processor.Imaging;

/// <summary>The types that are accepted.</summary>
internal enum ImageType
{
    Jpeg,
    Png,
    Webp,
    Gif,
}

/// <summary>Tells the type of a file by its first bytes; what a client or a file name claims decides nothing.</summary>
internal static class ImageTypes
{
    public static ImageType? Sniff(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageType.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageType.Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageType.Webp,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageType.Gif,
        _ => null,
    };

    /// <summary>With its article, for a sentence.</summary>
    public static string Spoken(this ImageType type) => type switch
    {
        ImageType.Jpeg => "a JPEG",
        ImageType.Png => "a PNG",
        ImageType.Webp => "a WebP",
        ImageType.Gif => "a GIF",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static string MediaType(this ImageType type) => type switch
    {
        ImageType.Jpeg => "image/jpeg",
        ImageType.Png => "image/png",
        ImageType.Webp => "image/webp",
        ImageType.Gif => "image/gif",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
