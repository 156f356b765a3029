using Pipeline.Imaging.Colours;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Vips;

/// <summary>Converts the colours of any image to 8-bit sRGB.</summary>
internal static class VipsColour
{
    /// <exception cref="VipsException">The converted image has neither 3 nor 4 bands.</exception>
    public static VipsImage ToSrgb(VipsImage image)
    {
        using var converted = NeedsProfile(image) ? ByProfile(image) : null;
        using var srgb = new VipsOperation("colourspace", "space=srgb").With("in", converted ?? image).Run();
        var coloured = new VipsOperation("cast", "format=uchar").With("in", srgb).Run();
        if (coloured.Bands is 3 or 4)
        {
            return coloured;
        }

        using (coloured)
        {
            throw new VipsException("colourspace", $"{coloured.Bands} bands are not a colour format.");
        }
    }

    /// <summary>True if the image has a profile by which its colours differ from sRGB.</summary>
    // Checked here, because versions of libvips handle a profile of another colour space differently.
    public static bool NeedsProfile(VipsImage image) => HasFittingProfile(image) && !SrgbProfile.Is(image.ReadProfile());

    /// <summary>True if the image has a profile for as many colour bands as its pixels have.</summary>
    public static bool HasFittingProfile(VipsImage image) =>
        image.HasProfile && IccProfiles.Bands(image.ReadProfile()) == image.ColourBands;

    /// <summary>Returns null if the profile is broken; the photo is usable without it.</summary>
    private static VipsImage? ByProfile(VipsImage image)
    {
        // 16-bit images stay at 16 bits: with depth 8, libvips 8.14 converts the colours but not alpha, which then reads as opaque.
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
