using Pipeline.Imaging.Codecs;

namespace Pipeline.Imaging.Vips;

/// <summary>Unblocks the libvips loaders of optional types that the configuration accepts.</summary>
internal static class VipsInputs
{
    /// <exception cref="NativeLibraryMissingException">This machine cannot read a type; the message names the missing library.</exception>
    public static void Open(IReadOnlyList<string> inputs)
    {
        foreach (var type in inputs.Select(ImageTypes.Parse).Distinct())
        {
            switch (type)
            {
                case ImageType.Heic:
                    OpenHeif("HEIC", LibHeif.Hevc, "libheif-plugin-libde265");
                    break;
                case ImageType.Avif:
                    OpenHeif("AVIF", LibHeif.Av1, "libheif-plugin-dav1d");
                    break;
                case ImageType.Svg:
                    OpenSvg();
                    break;
            }
        }
    }

    private static void OpenHeif(string name, int codec, string package)
    {
        VipsHeif.OpenLoader();
        if (NativeLibraries.IsBundled)
        {
            // Its libheif is not visible. It has AV1 and no HEVC, for which there are patents.
            if (codec == LibHeif.Hevc)
            {
                throw new NativeLibraryMissingException(
                    "The libvips of the package NetVips.Native cannot read HEIC. Install libvips on the system (Debian and Ubuntu: libvips42, libheif-plugin-libde265), "
                    + "or remove heic from `Processor:Limits:Inputs`.");
            }

            return;
        }

        if (LibHeif.HasDecoder(codec) == 0)
        {
            throw new NativeLibraryMissingException(
                $"libheif has no decoder for {name}. Install the Debian or Ubuntu package {package}: apt-get install {package}");
        }
    }

    private static void OpenSvg()
    {
        if (VipsNative.FindType("VipsOperation", "svgload_buffer") == 0)
        {
            throw new NativeLibraryMissingException($"libvips {VipsRuntime.Start()} cannot read SVG: it was built without librsvg.");
        }

        VipsNative.SetBlocked("VipsForeignLoadSvg", blocked: false);
    }
}
