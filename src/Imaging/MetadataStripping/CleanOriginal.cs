using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// Writes only the picture of an uploaded file: the compressed pixels byte for byte, their colour space and the orientation. Removes
/// metadata, thumbnails, further images and trailing bytes.
/// </summary>
internal static class CleanOriginal
{
    /// <summary>
    /// Returns false and writes nothing if the type is not JPEG, PNG or WebP, or if the file cannot be parsed to its end. Decodes no pixel:
    /// damaged pixels stay damaged, and data hidden inside the compressed pixels, or between the last pixel and their end, stays. Only
    /// re-encoding removes such data.
    /// </summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="type">The type that the first bytes declare.</param>
    /// <param name="output">Receives the clean file.</param>
    /// <param name="kept">Attribution that stays; null for none.</param>
    public static bool TryWrite(ReadOnlySpan<byte> source, ImageType type, Stream output, Attribution? kept = null)
    {
        if (ImageTypes.Sniff(source) != type)
        {
            return false;
        }

        var orientation = ExifFinder.Orientation(source, type);
        var clean = Clean(source, type, ExifBlock.Write(kept, orientation));
        clean?.WriteTo(source, output);
        return clean is not null;
    }

    private static SegmentList? Clean(ReadOnlySpan<byte> source, ImageType type, byte[] exif) => type switch
    {
        ImageType.Jpeg => JpegMetadataStripper.Clean(source, exif),
        ImageType.Png => PngMetadataStripper.Clean(source, exif),
        ImageType.Webp => WebpMetadataStripper.Clean(source, exif),
        _ => null,
    };
}
