using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Attributions;

/// <summary>Adds an attribution to images from our own encoders; the compressed pixels stay byte for byte.</summary>
internal static class AttributionWriter
{
    public static byte[] Jpeg(ReadOnlySpan<byte> encoded, Attribution attribution) =>
        Write(encoded, JpegMetadataStripper.Clean(encoded, ExifBlock.Write(attribution, orientation: 1)));

    /// <summary>Turns a simple file into an extended one, because only an extended file can hold EXIF.</summary>
    public static byte[] Webp(ReadOnlySpan<byte> encoded, Attribution attribution) =>
        Write(encoded, WebpMetadataStripper.Clean(encoded, ExifBlock.Write(attribution, orientation: 1)));

    private static byte[] Write(ReadOnlySpan<byte> encoded, SegmentList? attributed)
    {
        if (attributed is null)
        {
            throw new InvalidOperationException("The encoder wrote a file that cannot be parsed.");
        }

        using var file = new MemoryStream(checked((int)attributed.Length));
        attributed.WriteTo(encoded, file);
        return file.ToArray();
    }
}
