namespace Pipeline.Processor.Imaging.Vips;

/// <summary>Brings the colours of any image to sRGB with 8 bits.</summary>
internal static class VipsColour
{
    public static VipsImage ToSrgb(VipsImage image)
    {
        using var converted = image.HasProfile ? ByProfile(image) : null;
        using var srgb = new VipsOperation("colourspace", "space=srgb").With("in", converted ?? image).Run();
        return new VipsOperation("cast", "format=uchar").With("in", srgb).Run();
    }

    /// <summary>Null if the profile is broken or belongs to another kind of image: the photo is good without it.</summary>
    private static VipsImage? ByProfile(VipsImage image)
    {
        try
        {
            return new VipsOperation("icc_transform", "output_profile=srgb,embedded=true,intent=perceptual,depth=8")
                .With("in", image).Run();
        }
        catch (VipsException e) when (!e.OutOfMemory)
        {
            return null;
        }
    }
}
