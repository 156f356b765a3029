using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Headers;

/// <summary>What to do with a frame's area before the next frame is drawn.</summary>
internal enum GifDisposal
{
    Keep,
    Clear,
    Restore,
}

/// <summary>Place, colours and timing of one frame of a GIF.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GifFrame
{
    public required int Left { get; init; }

    public required int Top { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>True if every eighth row is stored first, then the rows between.</summary>
    public required bool IsInterlaced { get; init; }

    /// <summary>
    /// Range of the colour table in the file, three bytes for each colour: the local table or else the global one; empty if there is none.
    /// </summary>
    public required Range Colours { get; init; }

    /// <summary>Range of the compressed pixels in the file, from the minimum code size on.</summary>
    public required Range Pixels { get; init; }

    public GifDisposal Disposal { get; init; }

    /// <summary>Index of the transparent colour; null if there is none.</summary>
    public byte? Transparent { get; init; }

    public int DelayMs { get; init; }
}
