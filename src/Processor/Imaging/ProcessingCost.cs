using System.Buffers.Binary;
using Pipeline.Processor.Imaging.Headers;
using Pipeline.Processor.Imaging.Profiles;
using Pipeline.Processor.Imaging.Variants;

namespace Pipeline.Processor.Imaging;

/// <summary>
/// Estimates what an image takes from its header and its profile, in milliseconds of a core: photos as docs/performance.md has them, and what is unlike
/// a photo rather too high than too low. Content decides the rest, so the kernel's limit of CPU time stays the last wall.
/// </summary>
internal static class ProcessingCost
{
    /// <summary>A photo of 12 megapixels, all variants of the profile <c>web</c>.</summary>
    public const double Photo = 400;

    private const double MegaByte = 1_000_000;
    private const double JpegPerMegapixel = 14;

    /// <summary>Between two frames: bringing it to sRGB, scaling it, and finding what has changed.</summary>
    private const double FramePerMegapixel = 40;

    // By effort, for each megapixel. Measured are 2 and 4 of WebP; the others are set in proportion.
    private static readonly double[] Webp = [20, 25, 30, 72, 73, 90, 130];

    private static readonly double[] Avif = [100, 130, 200, 250, 350, 450, 600, 900, 1500, 3000];

    /// <summary>How much more a profile wants of each pixel than the built-in ones; at least 1.</summary>
    public static double WeightOf(Profile profile) => Math.Max(1, EncodingOf(profile) / EncodingOf(new Profile()));

    /// <summary>Megabytes that a file may ask work for, the begun one included.</summary>
    public static double Megabytes(long bytes) => Math.Max(1, Math.Ceiling(bytes / MegaByte));

    /// <summary>Decoding one frame.</summary>
    public static double Decoding(OpenedFile file)
    {
        var megapixels = (double)file.Facts.Width * file.Facts.Height / 1_000_000;
        var bytes = file.Source.Bytes;
        return megapixels * file.Type switch
        {
            ImageType.Jpeg => 5 + JpegSegments.CountScans(bytes),
            ImageType.Png => Png(bytes),
            ImageType.Gif => 10,
            ImageType.Webp => 20,
            ImageType.Heic or ImageType.Avif => 40,
            _ => 30,
        };
    }

    /// <summary>Encoding all sizes once.</summary>
    public static double Encoding(IReadOnlyList<Rung> rungs, Profile profile) => Megapixels(rungs) * EncodingOf(profile);

    /// <summary>What one more frame of an animation takes once it is decoded.</summary>
    public static double Frame(OpenedFile file, IReadOnlyList<Rung> rungs, int effort) =>
        ((double)file.Facts.Width * file.Facts.Height / 1_000_000 * FramePerMegapixel) + (Megapixels(rungs) * Webp[effort]);

    private static double Megapixels(IReadOnlyList<Rung> rungs) => rungs.Sum(rung => (double)rung.Output.Width * rung.Output.Height) / 1_000_000;

    private static double EncodingOf(Profile profile) => profile.Formats.Distinct(StringComparer.Ordinal).Sum(format => format switch
    {
        ImageFormats.Webp => Webp[Math.Clamp(profile.WebpEffort, 0, Webp.Length - 1)],
        ImageFormats.Avif => Avif[Math.Clamp(profile.AvifEffort, 0, Avif.Length - 1)],
        _ => JpegPerMegapixel,
    });

    /// <summary>Every byte is unpacked and un-filtered, and pixels with alpha or 16 bits are resized in floating point.</summary>
    private static double Png(ReadOnlySpan<byte> png)
    {
        // Behind the signature and the head of the first chunk: width, height, bits, colours, packing, filter, order.
        if (png.Length < 29 || BinaryPrimitives.ReadUInt32BigEndian(png[8..]) < 13)
        {
            return 0;
        }

        var (bits, colours, isInterlaced) = (png[24], png[25], png[28] != 0);
        var hasAlpha = colours >= 4;
        var channels = colours switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var bytes = Math.Max(1, channels * bits / 8);
        return (4 * bytes) + (isInterlaced ? 6 * bytes : 0) + (hasAlpha || bits > 8 ? 25 : 4);
    }
}
