using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// The kinds of metadata that a file has and its variants do not. Names only, never values: a place or a text of a photo goes nowhere. A colour
/// profile does not count, because it is applied to the pixels.
/// </summary>
internal static class RemovedMetadata
{
    public const string Exif = "exif";
    public const string Gps = "gps";
    public const string Xmp = "xmp";
    public const string Iptc = "iptc";
    public const string Comment = "comment";
    public const string Thumbnail = "thumbnail";

    private const ushort GpsTag = 0x8825;
    private const byte GifComment = 0xFE;
    private const byte GifApplication = 0xFF;

    // Orientation, which is applied; resolution and its unit, and the place of the colour samples, which say nothing about the photo.
    private static readonly ushort[] Structural = [ExifDirectory.OrientationTag, 0x011A, 0x011B, 0x0128, 0x0213];

    /// <summary>All kinds, in the order in which they are listed.</summary>
    public static IReadOnlyList<string> All { get; } = [Exif, Gps, Xmp, Iptc, Comment, Thumbnail];

    private static ReadOnlySpan<byte> JpegXmp => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> XmpPacket => "<x:xmpmeta"u8;

    /// <param name="source">The file.</param>
    /// <param name="type">Detected from its first bytes.</param>
    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> source, ImageType type)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        AddExif(type is ImageType.Heic or ImageType.Avif ? InHeif(source) : ExifFinder.Find(source, type), found);
        switch (type)
        {
            case ImageType.Jpeg:
                AddJpeg(source, found);
                break;
            case ImageType.Png:
                AddPng(source, found);
                break;
            case ImageType.Webp:
                AddWebp(source, found);
                break;
            case ImageType.Gif:
                AddGif(source, found);
                break;
            case ImageType.Heic or ImageType.Avif when source.IndexOf(XmpPacket) is >= 0 and var start:
                AddXmp(source[start..], found);
                break;
        }

        return [.. All.Where(found.Contains)];
    }

    private static void AddExif(ReadOnlySpan<byte> block, HashSet<string> found)
    {
        var exif = new ExifDirectory(block);
        if (exif.HasOtherThan(Structural)) found.Add(Exif);
        if (exif.Has(GpsTag)) found.Add(Gps);
        if (exif.HasSecond) found.Add(Thumbnail);
    }

    private static void AddXmp(ReadOnlySpan<byte> packet, HashSet<string> found)
    {
        found.Add(Xmp);
        if (packet.IndexOf("GPSLatitude"u8) >= 0) found.Add(Gps);
    }

    private static void AddJpeg(ReadOnlySpan<byte> jpeg, HashSet<string> found)
    {
        var reader = new JpegReader(jpeg);
        while (reader.Next() && reader.Marker is not (JpegReader.StartOfScan or JpegReader.EndOfImage))
        {
            if (reader.Marker == 0xE1 && reader.Payload.StartsWith(JpegXmp)) AddXmp(reader.Payload, found);
            if (reader.Marker == 0xED && reader.Payload.StartsWith("Photoshop 3.0\0"u8) && reader.Payload.IndexOf("8BIM\u0004\u0004"u8) >= 0) found.Add(Iptc);
            if (reader.Marker == 0xFE) found.Add(Comment);
        }
    }

    private static void AddPng(ReadOnlySpan<byte> png, HashSet<string> found)
    {
        var reader = new PngReader(png);
        while (reader.Next())
        {
            if (!reader.Is("tEXt"u8) && !reader.Is("zTXt"u8) && !reader.Is("iTXt"u8)) continue;
            if (reader.Data.StartsWith("XML:com.adobe.xmp\0"u8)) AddXmp(reader.Data, found);
            else found.Add(reader.Data.StartsWith("Raw profile type iptc\0"u8) ? Iptc : reader.Data.StartsWith("Raw profile type exif\0"u8) ? Exif : Comment);
        }
    }

    private static void AddWebp(ReadOnlySpan<byte> webp, HashSet<string> found)
    {
        var reader = RiffReader.OfFile(webp);
        while (reader.Next())
            if (reader.Is("XMP "u8))
                AddXmp(reader.Data, found);
    }

    private static void AddGif(ReadOnlySpan<byte> gif, HashSet<string> found)
    {
        var reader = new GifReader(gif);
        while (reader.Next() && reader.End <= gif.Length)
        {
            if (reader.Label == GifComment) found.Add(Comment);
            if (reader.Label == GifApplication && gif[(reader.Start + 3)..reader.End].StartsWith("XMP DataXMP"u8)) AddXmp(gif[reader.Start..reader.End], found);
        }
    }

    // The item of the block lies anywhere in the file, and begins like the block of a JPEG. Its bytes do not occur in pixels by chance.
    private static ReadOnlySpan<byte> InHeif(ReadOnlySpan<byte> heif)
    {
        for (var rest = heif; rest.IndexOf(ExifFinder.Prefix) is >= 0 and var start;)
        {
            rest = rest[(start + ExifFinder.Prefix.Length)..];
            if (rest.StartsWith("MM\0*"u8) || rest.StartsWith("II*\0"u8)) return rest;
        }

        return default;
    }
}
