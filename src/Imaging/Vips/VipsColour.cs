using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Vips;

/// <summary>Brings the colours of any image to sRGB with 8 bits.</summary>
internal static class VipsColour
{
    /// <exception cref="VipsException">The image has a number of bands that has no meaning as colours.</exception>
    public static VipsImage ToSrgb(VipsImage image)
    {
        // Decided here, since versions of libvips differ in what they do with a profile of another colour space.
        var fits = HasFittingProfile(image);
        using var converted = fits ? ByProfile(image) : null;
        using var srgb = new VipsOperation("colourspace", "space=srgb").With("in", converted ?? image).Run();
        var coloured = new VipsOperation("cast", "format=uchar").With("in", srgb).Run();
        if (coloured.Bands is 3 or 4)
        {
            return coloured;
        }

        using (coloured)
        {
            throw new VipsException("colourspace", $"{coloured.Bands} bands are no colours.");
        }
    }

    /// <summary>The profile is for as many numbers as a pixel has.</summary>
    public static bool HasFittingProfile(VipsImage image) =>
        image.HasProfile && IccProfiles.Bands(image.ReadProfile()) == image.ColourBands;

    /// <summary>Null if the profile is broken: the photo is good without it.</summary>
    private static VipsImage? ByProfile(VipsImage image)
    {
        // Deep pixels stay deep: libvips 8.14 makes the colours 8-bit and leaves the alpha of 16 bits, which then reads as opaque.
        var depth = image.IsEightBit ? 8 : 16;
        try
        {
            return new VipsOperation("icc_transform", $"output_profile=srgb,embedded=true,intent=perceptual,depth={depth}")
                .With("in", image).Run();
        }
        catch (VipsException e) when (!e.OutOfMemory)
        {
            return null;
        }
    }
}
