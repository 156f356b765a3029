using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Codecs;

/// <summary>The libwebpdemux functions and structures in use: its animation decoder.</summary>
internal static unsafe partial class LibWebpDemux
{
    public const string Library = "libwebpdemux.so.2";
    public const string Package = "libwebpdemux2";

    /// <summary>The ABI version of our structures. The library compares the upper byte and refuses another version.</summary>
    public const int Abi = 0x0107;

    [LibraryImport(Library, EntryPoint = "WebPAnimDecoderOptionsInitInternal")]
    public static partial int InitOptions(WebpAnimationDecoderOptions* options, int abi);

    [LibraryImport(Library, EntryPoint = "WebPAnimDecoderNewInternal")]
    public static partial nint NewDecoder(WebpData* data, WebpAnimationDecoderOptions* options, int abi);

    [LibraryImport(Library, EntryPoint = "WebPAnimDecoderGetInfo")]
    public static partial int GetInfo(nint decoder, WebpAnimationInfo* info);

    /// <summary>Also returns the time at which the frame ends, in milliseconds.</summary>
    [LibraryImport(Library, EntryPoint = "WebPAnimDecoderGetNext")]
    public static partial int GetNext(nint decoder, byte** canvas, int* untilMs);

    [LibraryImport(Library, EntryPoint = "WebPAnimDecoderDelete")]
    public static partial void Delete(nint decoder);
}

[StructLayout(LayoutKind.Sequential)]
internal struct WebpAnimationDecoderOptions
{
    /// <summary>Stays at the library's default: RGBA, alpha not premultiplied.</summary>
    public int ColourMode;
    public int UseThreads;
    public WebpAnimationRest Rest;
}

[StructLayout(LayoutKind.Sequential)]
internal struct WebpAnimationInfo
{
    public int Width;
    public int Height;
    public int LoopCount;
    public uint Background;
    public int Frames;
    public WebpAnimationRest Rest;
}
