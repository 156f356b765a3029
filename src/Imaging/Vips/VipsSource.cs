using Pipeline.Imaging.Colours;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Vips;

/// <summary>Opens the bytes of an image with the loader of its type; nothing is decoded until pixels are asked for.</summary>
internal static class VipsSource
{
    /// <param name="bytes">Not copied: they must outlive every image that is derived from this one.</param>
    /// <param name="type">Chosen by us from the magic bytes, so that libvips never guesses a loader. Not GIF.</param>
    /// <param name="shrink">1, 2, 4 or 8: decode at a fraction of the size, where the loader can (<see cref="CanShrink"/>).</param>
    public static VipsImage Open(ReadOnlySpan<byte> bytes, ImageType type, int shrink = 1)
    {
        var (loader, options) = type switch
        {
            ImageType.Jpeg => ("jpegload_buffer", $",shrink={shrink}"),
            ImageType.Png => ("pngload_buffer", string.Empty),
            ImageType.Webp => ("webpload_buffer", FormattableString.Invariant($",scale={1.0 / shrink}")),
            ImageType.Heic or ImageType.Avif => ("heifload_buffer", string.Empty),
            ImageType.Svg => ("svgload_buffer", string.Empty),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };

        // Only the strictest setting notices flipped bits. One step below still refuses what is cut short or does not decode, and is kept
        // for JPEGs that draw a warning although their pixels are whole.
        var failOn = type == ImageType.Jpeg && JpegSegments.HaveJunkBetween(bytes) ? "error" : "warning";

        // One pass from top to bottom keeps a strip of a large image in memory instead of all of it.
        var image = new VipsOperation(loader, $"access=sequential,fail_on={failOn}{options}").With("buffer", bytes).Run();
        if (type is ImageType.Heic or ImageType.Avif)
        {
            // libheif asks for more than there is also of whole files, and each time libvips writes that down. Nobody would read it.
            _ = VipsRuntime.Error(loader);
            if (!VipsColour.HasFittingProfile(image) && HeifColourSpace.Find(bytes, type) is { IsSrgb: false } space && ColourProfile.Write(space, isGrey: false) is { } profile)
            {
                image.SetProfile(profile);
            }
        }

        return image;
    }

    /// <summary>The loader can leave out pixels while it decodes, which is most of the speed with large photos.</summary>
    public static bool CanShrink(ImageType type) => type is ImageType.Jpeg or ImageType.Webp;
}
