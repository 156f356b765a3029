using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

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
            ImageType.Png when file.Header is { } header => Png(header, bytes),
            ImageType.Gif => 10,
            ImageType.Webp => 20,
            ImageType.Heic or ImageType.Avif => 40,
            _ => 30,
        };
    }

    /// <summary>Encoding all sizes once.</summary>
    public static double Encoding(IReadOnlyList<VariantSize> rungs, Profile profile) => Megapixels(rungs) * EncodingOf(profile);

    /// <summary>What one more frame of an animation takes once it is decoded.</summary>
    public static double Frame(OpenedFile file, IReadOnlyList<VariantSize> rungs, int effort) =>
        ((double)file.Facts.Width * file.Facts.Height / 1_000_000 * FramePerMegapixel) + (Megapixels(rungs) * Webp[effort]);

    private static double Megapixels(IReadOnlyList<VariantSize> rungs) => rungs.Sum(rung => (double)rung.Output.Width * rung.Output.Height) / 1_000_000;

    private static double EncodingOf(Profile profile) => profile.Formats.Distinct(StringComparer.Ordinal).Sum(format => format switch
    {
        ImageFormats.Webp => Webp[Math.Clamp(profile.WebpEffort, 0, Webp.Length - 1)],
        ImageFormats.Avif => Avif[Math.Clamp(profile.AvifEffort, 0, Avif.Length - 1)],
        _ => JpegPerMegapixel,
    });

    /// <summary>
    /// Every byte is unpacked and un-filtered, and pixels with alpha or 16 bits are resized in floating point. By what the decoder makes of it: a
    /// palette, or one colour that is transparent, become pixels with alpha, too.
    /// </summary>
    private static double Png(VipsImage header, ReadOnlySpan<byte> png)
    {
        // Behind the signature and the head of the first chunk: width, height, bits, colours, packing, filter, order.
        var isInterlaced = png.Length > 28 && png[28] != 0;
        var bytes = header.Bands * (header.IsEightBit ? 1 : 2);
        return (4 * bytes) + (isInterlaced ? 6 * bytes : 0) + (header.HasAlpha || !header.IsEightBit ? 25 : 4);
    }
}
