using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Codecs;

/// <summary>The libwebp functions and structures in use, laid out for version 2 of its encoder ABI.</summary>
internal static unsafe partial class LibWebp
{
    public const string Library = "libwebp.so.7";
    public const string Package = "libwebp7";

    /// <summary>The ABI version of our structures. The library compares the upper byte and refuses another version.</summary>
    public const int EncoderAbi = 0x020e;

    public const int DefaultPreset = 0;

    [LibraryImport(Library, EntryPoint = "WebPGetEncoderVersion")]
    public static partial int EncoderVersion();

    [LibraryImport(Library, EntryPoint = "WebPConfigInitInternal")]
    public static partial int InitConfig(WebpConfig* config, int preset, float quality, int abi);

    [LibraryImport(Library, EntryPoint = "WebPPictureInitInternal")]
    public static partial int InitPicture(WebpPicture* picture, int abi);

    [LibraryImport(Library, EntryPoint = "WebPPictureImportRGB")]
    public static partial int ImportRgb(WebpPicture* picture, byte* pixels, int stride);

    [LibraryImport(Library, EntryPoint = "WebPPictureImportRGBA")]
    public static partial int ImportRgba(WebpPicture* picture, byte* pixels, int stride);

    /// <summary>Allocates the planes of the picture, or its pixels.</summary>
    [LibraryImport(Library, EntryPoint = "WebPPictureAlloc")]
    public static partial int AllocatePicture(WebpPicture* picture);

    [LibraryImport(Library, EntryPoint = "WebPEncode")]
    public static partial int Encode(WebpConfig* config, WebpPicture* picture);

    [LibraryImport(Library, EntryPoint = "WebPPictureFree")]
    public static partial void FreePicture(WebpPicture* picture);

    [LibraryImport(Library, EntryPoint = "WebPMemoryWriterInit")]
    public static partial void InitWriter(WebpMemoryWriter* writer);

    [LibraryImport(Library, EntryPoint = "WebPMemoryWrite")]
    public static partial int Write(byte* data, nuint length, WebpPicture* picture);

    [LibraryImport(Library, EntryPoint = "WebPFree")]
    public static partial void Free(nint memory);
}

[StructLayout(LayoutKind.Sequential)]
internal struct WebpConfig
{
    public int Lossless;
    public float Quality;
    public int Method;
    public WebpConfigRest Rest;
}

/// <summary>26 more settings at the library's defaults, plus spare bytes for later ABI versions.</summary>
[System.Runtime.CompilerServices.InlineArray(40)]
internal struct WebpConfigRest
{
    private int _first;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WebpPicture
{
    public int UseArgb;
    public int ColorSpace;
    public int Width;
    public int Height;
    public nint Y;
    public nint U;
    public nint V;
    public int YStride;
    public int UvStride;
    public nint A;
    public int AStride;
    public uint Pad1;
    public uint Pad2;
    public nint Argb;
    public int ArgbStride;
    public uint Pad3;
    public uint Pad4;
    public uint Pad5;
    public delegate* unmanaged[Cdecl]<byte*, nuint, WebpPicture*, int> Writer;
    public WebpMemoryWriter* WriterState;
    public int ExtraInfoType;
    public nint ExtraInfo;
    public nint Stats;
    public int Error;
    public delegate* unmanaged[Cdecl]<int, WebpPicture*, int> Progress;
    public int* Stop;
    public WebpPictureRest Rest;
}

/// <summary>Private fields of the library, plus spare bytes for later ABI versions.</summary>
[System.Runtime.CompilerServices.InlineArray(24)]
internal struct WebpPictureRest
{
    private nint _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct WebpMemoryWriter
{
    public nint Memory;
    public nuint Size;
    public nuint Capacity;
    public uint Pad;
}
