using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// The uploaded file without anything but its picture: the compressed pixels byte for byte, the colours they are meant in, and which way
/// is up. Metadata, thumbnails, further images and trailing bytes are gone.
/// </summary>
internal static class CleanOriginal
{
    /// <summary>
    /// False, and nothing written, for a GIF and for a file whose structure cannot be followed to its end. Decodes no pixel: a file is as
    /// good behind it as it was before, and what somebody hid inside the compressed pixels, or between the last of them and their end, is
    /// still there. Only encoding anew takes that away.
    /// </summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="type">As the first bytes say.</param>
    /// <param name="output">Takes the clean file.</param>
    /// <param name="kept">What of the metadata stays.</param>
    public static bool TryWrite(ReadOnlySpan<byte> source, ImageType type, Stream output, Attribution? kept = null)
    {
        if (ImageTypes.Sniff(source) != type)
        {
            return false;
        }

        var orientation = new ExifDirectory(ExifFinder.Find(source, type)).Orientation;
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
