using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

/// <summary>
/// Estimates the CPU time of an image from its header and profile, in milliseconds of one core. Photos match docs/performance.md; other images
/// are estimated rather too high than too low. The real cost also depends on the content, so the kernel's CPU limit remains the final bound.
/// </summary>
internal static class ProcessingCost
{
    /// <summary>Cost in milliseconds of a photo of 12 megapixels with all variants of the profile <c>web</c>.</summary>
    public const double Photo = 400;

    private const double MegaByte = 1_000_000;
    private const double JpegPerMegapixel = 14;

    /// <summary>Work on each further frame: converting it to sRGB, scaling it, and finding the changed area.</summary>
    private const double FramePerMegapixel = 40;

    // Indexed by effort, for each megapixel. WebP efforts 2 and 4 are measured; the others are set in proportion.
    private static readonly double[] Webp = [20, 25, 30, 72, 73, 90, 130];

    private static readonly double[] Avif = [100, 130, 200, 250, 350, 450, 600, 900, 1500, 3000];

    /// <summary>Encoding cost per pixel of a profile, relative to the default profile; at least 1.</summary>
    public static double WeightOf(Profile profile) => Math.Max(1, EncodingOf(profile) / EncodingOf(new Profile()));

    /// <summary>Size of the file in megabytes, rounded up; the allowed work grows with it.</summary>
    public static double Megabytes(long bytes) => Math.Max(1, Math.Ceiling(bytes / MegaByte));

    /// <summary>Cost of decoding one frame.</summary>
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

    /// <summary>Cost of encoding all sizes once.</summary>
    public static double Encoding(IReadOnlyList<VariantSize> sizes, Profile profile) => Megapixels(sizes) * EncodingOf(profile);

    /// <summary>Cost of one more frame of an animation, without its decoding.</summary>
    public static double Frame(OpenedFile file, IReadOnlyList<VariantSize> sizes, int effort) =>
        ((double)file.Facts.Width * file.Facts.Height / 1_000_000 * FramePerMegapixel) + (Megapixels(sizes) * Webp[effort]);

    private static double Megapixels(IReadOnlyList<VariantSize> sizes) => sizes.Sum(size => (double)size.Output.Width * size.Output.Height) / 1_000_000;

    private static double EncodingOf(Profile profile) => profile.Formats.Distinct(StringComparer.Ordinal).Sum(format => format switch
    {
        ImageFormats.Webp => Webp[Math.Clamp(profile.WebpEffort, 0, Webp.Length - 1)],
        ImageFormats.Avif => Avif[Math.Clamp(profile.AvifEffort, 0, Avif.Length - 1)],
        _ => JpegPerMegapixel,
    });

    /// <summary>
    /// The decoder unpacks and unfilters every byte, and pixels with alpha or 16 bits are resized in floating point. Uses the decoder's view of
    /// bands and bits, because a palette or a single transparent colour also becomes pixels with alpha.
    /// </summary>
    private static double Png(VipsImage header, ReadOnlySpan<byte> png)
    {
        var bytes = header.Bands * (header.IsEightBit ? 1 : 2);
        return (4 * bytes) + (PngHeader.Read(png).IsInterlaced ? 6 * bytes : 0) + (header.HasAlpha || !header.IsEightBit ? 25 : 4);
    }
}
