using Pipeline.Imaging.Colours;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Vips;

/// <summary>Converts the colours of any image to 8-bit sRGB.</summary>
internal static class VipsColour
{
    /// <exception cref="VipsException">The converted image has neither 3 nor 4 bands.</exception>
    public static VipsImage ToSrgb(VipsImage image)
    {
        using var converted = ByProfile(image);
        return Finish(image, converted);
    }

    /// <summary>The same for inks; null if no profile describes them, because libvips then assumes those of a press, unlike browsers.</summary>
    public static VipsImage? InksToSrgb(VipsImage inks)
    {
        using var converted = ByProfile(inks);
        return converted is null ? null : Finish(inks, converted);
    }

    /// <summary>True if the image has a profile by which its colours differ from sRGB.</summary>
    // Checked here, because versions of libvips handle a profile of another colour space differently.
    public static bool NeedsProfile(VipsImage image) => HasFittingProfile(image) && !SrgbProfile.Is(image.ReadProfile());

    /// <summary>True if the image has a profile that browsers apply to pixels with its colour bands.</summary>
    public static bool HasFittingProfile(VipsImage image) => image.HasProfile && IccProfiles.Fits(image.ReadProfile(), image.ColourBands);

    private static VipsImage Finish(VipsImage image, VipsImage? converted)
    {
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

    /// <summary>Returns null if there is nothing to convert, or if the profile is broken; the photo is usable without it.</summary>
    private static VipsImage? ByProfile(VipsImage image)
    {
        if (!NeedsProfile(image))
        {
            return null;
        }

        // 16-bit images stay at 16 bits: with depth 8, libvips 8.14 converts the colours but not alpha, which then reads as opaque.
        var depth = image.IsEightBit ? 8 : 16;
        try
        {
            using var described = Described(image);
            return new VipsOperation("icc_transform", $"output_profile=srgb,embedded=true,intent={Intent(image.ReadProfile())},depth={depth}")
                .With("in", described ?? image).Run();
        }
        catch (VipsException e) when (!e.OutOfMemory)
        {
            return null;
        }
    }

    /// <summary>Returns the image with as many channels as its profile has, and with a profile of a class that lcms applies; null if it is that already.</summary>
    private static VipsImage? Described(VipsImage image)
    {
        var profile = image.ReadProfile();
        var isGrey = image.ColourBands == 1 && IccProfiles.Bands(profile) == 3;
        var isLink = profile[12..].StartsWith("link"u8) || profile[12..].StartsWith("abst"u8) || profile[12..].StartsWith("nmcl"u8);
        if (!isGrey && !isLink)
        {
            return null;
        }

        // Browsers ignore the class.
        var screen = profile.ToArray();
        (isLink ? "mntr"u8 : profile[12..16]).CopyTo(screen.AsSpan(12));
        var space = isGrey ? $"space={(image.IsEightBit ? "srgb" : "rgb16")}" : string.Empty;
        var described = new VipsOperation(isGrey ? "colourspace" : "copy", space).With("in", image).Run();
        described.SetProfile(screen);
        return described;
    }

    /// <summary>Browsers use the colorimetric table of a profile that has no perceptual one.</summary>
    private static string Intent(ReadOnlySpan<byte> profile) =>
        IccProfiles.Tag(profile, "A2B0").IsEmpty && !IccProfiles.Tag(profile, "A2B1").IsEmpty ? "relative" : "perceptual";
}
