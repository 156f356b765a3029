using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Attributions;

/// <summary>Puts an attribution into images that our own encoders wrote: their pixels stay byte for byte.</summary>
internal static class AttributionWriter
{
    public static byte[] Jpeg(ReadOnlySpan<byte> encoded, Attribution attribution) =>
        Write(encoded, JpegMetadataStripper.Clean(encoded, ExifBlock.Write(attribution, orientation: 1)));

    /// <summary>A simple file becomes an extended one, which is the only kind with room for it.</summary>
    public static byte[] Webp(ReadOnlySpan<byte> encoded, Attribution attribution) =>
        Write(encoded, WebpMetadataStripper.Clean(encoded, ExifBlock.Write(attribution, orientation: 1)));

    private static byte[] Write(ReadOnlySpan<byte> encoded, SegmentList? attributed)
    {
        if (attributed is null)
        {
            throw new InvalidOperationException("The encoder wrote a file that cannot be followed.");
        }

        using var file = new MemoryStream(checked((int)attributed.Length));
        attributed.WriteTo(encoded, file);
        return file.ToArray();
    }
}
