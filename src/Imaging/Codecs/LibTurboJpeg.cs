using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Codecs;

/// <summary>The libjpeg-turbo functions that the encoder calls.</summary>
internal static unsafe partial class LibTurboJpeg
{
    public const string Library = "libturbojpeg.so.0";
    public const string Package = "libturbojpeg0";
    public const int Rgb = 0;
    public const int Subsample420 = 2;
    public const int Progressive = 16384;
    public const int AccurateDct = 4096;

    [LibraryImport(Library, EntryPoint = "tjInitCompress")]
    public static partial nint InitCompress();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "tjCompress2")]
    public static partial int Compress(nint handle, byte* pixels, int width, int pitch, int height, int pixelFormat, byte** jpeg,
        nuint* length, int subsampling, int quality, int flags);

    [LibraryImport(Library, EntryPoint = "tjFree")]
    public static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    public static partial nint LastError(nint handle);
}
