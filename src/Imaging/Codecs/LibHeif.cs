using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Codecs;

/// <summary>
/// The libheif functions that tell which codecs are installed. libheif looks for codecs when it starts, and newer releases of Debian and
/// Ubuntu ship each as its own package. Decoding and encoding go through libvips.
/// </summary>
internal static partial class LibHeif
{
    public const string Library = "libheif.so.1";

    public const int Hevc = 1;
    public const int Av1 = 4;

    [LibraryImport(Library, EntryPoint = "heif_init")]
    public static partial HeifError Start(nint parameters);

    [LibraryImport(Library, EntryPoint = "heif_have_decoder_for_format")]
    public static partial int HasDecoder(int codec);

    [LibraryImport(Library, EntryPoint = "heif_have_encoder_for_format")]
    public static partial int HasEncoder(int codec);
}

[StructLayout(LayoutKind.Sequential)]
internal readonly struct HeifError
{
    public readonly int Code;
    public readonly int Detail;
    public readonly nint Words;
}
