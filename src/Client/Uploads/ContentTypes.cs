using System.Buffers.Binary;

namespace Pipeline.Client;

/// <summary>
/// Detects a file's type by its first bytes, or else by its extension. The server detects the type itself; this only avoids wrong claims.
/// </summary>
internal static class ContentTypes
{
    /// <summary>Number of bytes that the longest signature needs.</summary>
    public const int HeadLength = 16;

    private const string Unknown = "application/octet-stream";

    public static string Of(ReadOnlySpan<byte> head, string extension) => OfHead(head) ?? OfExtension(extension);

    private static string? OfHead(ReadOnlySpan<byte> head) => head switch
    {
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'B', (byte)'M', ..] => "image/bmp",
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "image/tiff",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "application/pdf",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', _, _, _, _, ..] => OfBrand(BinaryPrimitives.ReadUInt32BigEndian(head[8..])),
        _ => null,
    };

    // ISO base media: the brand distinguishes photos from films.
    private static string? OfBrand(uint brand) => brand switch
    {
        0x61766966 or 0x61766973 => "image/avif",
        0x68656963 or 0x68656978 or 0x6D696631 => "image/heic",
        _ => null,
    };

    private static string OfExtension(string extension) => extension.ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" => "image/jpeg",
        ".png" => "image/png",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".svg" => "image/svg+xml",
        ".avif" => "image/avif",
        ".heic" or ".heif" => "image/heic",
        ".tif" or ".tiff" => "image/tiff",
        ".bmp" => "image/bmp",
        _ => Unknown,
    };
}
