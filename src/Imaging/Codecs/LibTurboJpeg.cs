using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Codecs;

/// <summary>The libjpeg-turbo functions in use.</summary>
internal static unsafe partial class LibTurboJpeg
{
    public const string Library = "libturbojpeg.so.0";
    public const string Package = "libturbojpeg0";
    public const int Rgb = 0;
    public const int YCbCr = 1;
    public const int Subsample444 = 0;
    public const int Subsample422 = 1;
    public const int Subsample420 = 2;
    public const int Subsample440 = 4;
    public const int StopOnWarning = 8192;
    public const int Progressive = 16384;
    public const int AccurateDct = 4096;

    [LibraryImport(Library, EntryPoint = "tjInitCompress")]
    public static partial nint InitCompress();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "tjCompress2")]
    public static partial int Compress(nint handle, byte* pixels, int width, int pitch, int height, int pixelFormat, byte** jpeg,
        nuint* length, int subsampling, int quality, int flags);

    [LibraryImport(Library, EntryPoint = "tjCompressFromYUVPlanes")]
    public static partial int CompressPlanes(nint handle, byte** planes, int width, int* strides, int height, int subsampling, byte** jpeg,
        nuint* length, int quality, int flags);

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    public static partial nint InitDecompress();

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    public static partial int ReadHeader(nint handle, byte* jpeg, nuint length, int* width, int* height, int* subsampling, int* colourSpace);

    /// <summary>Decodes at the largest supported fraction of the image's size that fits into the given one.</summary>
    [LibraryImport(Library, EntryPoint = "tjDecompressToYUVPlanes")]
    public static partial int DecompressPlanes(nint handle, byte* jpeg, nuint length, byte** planes, int width, int* strides, int height, int flags);

    /// <summary>Converts planes to interleaved pixels; each sample of colour is repeated for its pixels.</summary>
    [LibraryImport(Library, EntryPoint = "tjDecodeYUVPlanes")]
    public static partial int ConvertPlanes(nint handle, byte** planes, int* strides, int subsampling, byte* pixels, int width, int pitch,
        int height, int pixelFormat, int flags);

    [LibraryImport(Library, EntryPoint = "tjFree")]
    public static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    public static partial nint LastError(nint handle);
}
