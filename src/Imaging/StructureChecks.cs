using System.Xml;
using Pipeline.Contracts;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging;

/// <summary>
/// Refuses files that a decoder could not show, or that cost it far more than their size suggests. Only walks through their structure: unpacks
/// and copies nothing, and takes time in proportion to the length of the file.
/// </summary>
internal static class StructureChecks
{
    /// <summary>Maximum scans of a JPEG. Editors write about ten; several hundred scans of the largest image would take a minute.</summary>
    private const int MaxScans = 200;

    /// <summary>A grid counts its pixels twice (grid and tiles), and alpha planes double that.</summary>
    private const int HeifRedundancy = 4;

    /// <returns>Null if the decoder may open the file.</returns>
    /// <param name="bytes">Starts with the signature of the type; the rest can be anything.</param>
    /// <param name="type">The type that the first bytes declare.</param>
    /// <param name="maxMegapixels">Limit for all frames together.</param>
    public static Rejection? Find(ReadOnlySpan<byte> bytes, ImageType type, int maxMegapixels) => type switch
    {
        ImageType.Jpeg => Jpeg(bytes),
        ImageType.Png => Png(bytes),
        ImageType.Svg => Svg(bytes),
        ImageType.Heic or ImageType.Avif => HeifGuard.Find(bytes, maxMegapixels * HeifRedundancy) is { } fault ? Corrupt($"The file {fault}.") : null,
        ImageType.Gif => GifHeader.IsCutShort(bytes) ? Corrupt("The GIF is cut short: the file ends inside a frame.") : null,
        _ => null,
    };

    /// <summary>The answer to a file whose header no decoder can read.</summary>
    public static Rejection Unreadable(ImageType type) => Corrupt($"The file starts like {type.Spoken()} image, but its header cannot be read.");

    private static Rejection? Jpeg(ReadOnlySpan<byte> jpeg)
    {
        if (JpegSegments.HaveMoreScansThan(MaxScans, jpeg))
        {
            return Corrupt($"The JPEG has more than {MaxScans} scans; cameras and editors write far fewer.");
        }

        return JpegFrame.Of(jpeg).Unfit() is { } kind ? Unsupported($"The file {kind}.") : null;
    }

    private static Rejection? Png(ReadOnlySpan<byte> png)
    {
        if (PngChunks.AreForApps(png))
        {
            return Unsupported(
                "The file is a PNG in Apple's format for apps (CgBI), which browsers do not show. Save it as an ordinary PNG.");
        }

        if (!PngChunks.AreComplete(png))
        {
            return Unreadable(ImageType.Png);
        }

        return PngChunks.AreInOrder(png)
            ? null
            : Corrupt("The PNG is out of order: its header is not first, or something interrupts its pixels. Save it again with an image editor.");
    }

    private static Rejection? Svg(ReadOnlySpan<byte> svg)
    {
        try
        {
            return SvgGuard.Find(svg) is { } found ? Unsupported($"The SVG has {found}.") : null;
        }
        catch (XmlException)
        {
            return Corrupt("The SVG is not well-formed XML.");
        }
    }

    private static Rejection Corrupt(string reason) => new(RejectionCode.Corrupt, reason);

    private static Rejection Unsupported(string reason) => new(RejectionCode.UnsupportedType, reason);
}
