using Pipeline.Imaging.Colours;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Vips;

/// <summary>Opens the bytes of an image with the loader of its type; pixels are decoded only when they are read.</summary>
internal static class VipsSource
{
    /// <param name="bytes">Not copied, so they must outlive every image that is derived from this one.</param>
    /// <param name="type">Chosen by us from the magic bytes, so that libvips never guesses a loader. Not GIF.</param>
    /// <param name="shrink">1, 2, 4 or 8: decode at this fraction of the size, if the loader can (<see cref="CanShrink"/>).</param>
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

        // Only "warning", the strictest setting, detects flipped bits. "error" still refuses files that are cut short or do not decode; it is
        // used for JPEGs with junk between segments, which cause a warning although their pixels are intact.
        var failOn = type == ImageType.Jpeg && JpegSegments.HaveJunkBetween(bytes) ? "error" : "warning";

        // Sequential access keeps only a strip of a large image in memory.
        var image = new VipsOperation(loader, $"access=sequential,fail_on={failOn}{options}").With("buffer", bytes).Run();
        if (type == ImageType.Png)
        {
            AddProfile(image, bytes);
            return image;
        }

        return type is ImageType.Heic or ImageType.Avif ? HeifColours(image, bytes, type) : image;
    }

    /// <summary>True if the loader can decode at a reduced size, which gives most of the speed with large photos.</summary>
    public static bool CanShrink(ImageType type) => type is ImageType.Jpeg or ImageType.Webp;

    /// <summary>libpng ignores a profile of RGB in a grey image, and some classes of profiles; browsers follow them.</summary>
    private static void AddProfile(VipsImage image, ReadOnlySpan<byte> png)
    {
        if (image.HasProfile)
        {
            return;
        }

        var profile = PngProfile.Read(new PngColours(png).Find("iCCP"u8));
        if (IccProfiles.Fits(profile, image.ColourBands))
        {
            image.SetProfile(profile);
        }
    }

    /// <summary>Gives the image the profile by which browsers show its colours, and colours that are not multiplied by alpha. Takes ownership.</summary>
    private static VipsImage HeifColours(VipsImage image, ReadOnlySpan<byte> heif, ImageType type)
    {
        // Discard errors: libheif reads past the end even of complete files, and libvips records an error each time.
        _ = VipsRuntime.Error("heifload_buffer");
        var picture = new HeifPicture(heif);
        if (IccProfiles.Fits(image.ReadProfile(), bands: 1) && IccProfiles.Bands(image.ReadProfile()) == 1 && picture.IsGrey(picture.Shown)
            && ColourProfile.OfGrey(image.ReadProfile()) is { } grey)
        {
            image.SetProfile(grey);
        }
        else if (!VipsColour.HasFittingProfile(image) && HeifColourSpace.Find(heif, type) is { IsSrgb: false } space
            && ColourProfile.Write(space, isGrey: false) is { } profile)
        {
            image.SetProfile(profile);
        }

        if (!image.HasAlpha || !picture.IsPremultiplied(picture.Shown))
        {
            return image;
        }

        using (image)
        {
            using var divided = new VipsOperation("unpremultiply", string.Empty).With("in", image).Run();
            return new VipsOperation("cast", $"format={(image.IsEightBit ? "uchar" : "ushort")}").With("in", divided).Run();
        }
    }
}
