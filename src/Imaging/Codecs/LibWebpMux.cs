using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Codecs;

/// <summary>The libwebpmux functions and structures in use: its animation encoder.</summary>
internal static unsafe partial class LibWebpMux
{
    public const string Library = "libwebpmux.so.3";
    public const string Package = "libwebpmux3";

    /// <summary>The ABI version of our structures. The library compares the upper byte and refuses another version.</summary>
    public const int Abi = 0x0108;

    [LibraryImport(Library, EntryPoint = "WebPAnimEncoderOptionsInitInternal")]
    public static partial int InitOptions(WebpAnimationOptions* options, int abi);

    [LibraryImport(Library, EntryPoint = "WebPAnimEncoderNewInternal")]
    public static partial nint NewEncoder(int width, int height, WebpAnimationOptions* options, int abi);

    /// <summary>A frame lasts until the start time of the next one; a final call without a frame sets the end of the last one.</summary>
    [LibraryImport(Library, EntryPoint = "WebPAnimEncoderAdd")]
    public static partial int Add(nint encoder, WebpPicture* frame, int startsAtMs, WebpConfig* config);

    [LibraryImport(Library, EntryPoint = "WebPAnimEncoderAssemble")]
    public static partial int Assemble(nint encoder, WebpData* data);

    [LibraryImport(Library, EntryPoint = "WebPAnimEncoderGetError")]
    public static partial nint LastError(nint encoder);

    [LibraryImport(Library, EntryPoint = "WebPAnimEncoderDelete")]
    public static partial void Delete(nint encoder);
}

[StructLayout(LayoutKind.Sequential)]
internal struct WebpAnimationOptions
{
    /// <summary>As 0xAARRGGBB.</summary>
    public uint Background;

    /// <summary>0 means forever.</summary>
    public int LoopCount;
    public int MinimizeSize;
    public int MinKeyFrameDistance;
    public int MaxKeyFrameDistance;
    public int AllowMixed;
    public int Verbose;
    public WebpAnimationRest Rest;
}

/// <summary>Spare bytes for later ABI versions.</summary>
[System.Runtime.CompilerServices.InlineArray(16)]
internal struct WebpAnimationRest
{
    private uint _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct WebpData
{
    public nint Bytes;
    public nuint Size;
}
