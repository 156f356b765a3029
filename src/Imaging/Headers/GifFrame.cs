using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Headers;

/// <summary>What becomes of the area of a frame before the next one is shown.</summary>
internal enum GifDisposal
{
    Keep,
    Clear,
    Restore,
}

/// <summary>What a GIF says of one frame.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GifFrame
{
    public required int Left { get; init; }

    public required int Top { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Every eighth row comes first, then those between.</summary>
    public required bool IsInterlaced { get; init; }

    /// <summary>Where its colours stand in the file, three bytes each: its own or else those of all frames; empty if there are none.</summary>
    public required Range Colours { get; init; }

    /// <summary>Where its packed pixels stand in the file, from the length of their codes on.</summary>
    public required Range Pixels { get; init; }

    public GifDisposal Disposal { get; init; }

    /// <summary>The number of the colour that is none; null if all are.</summary>
    public byte? Transparent { get; init; }

    public int DelayMs { get; init; }
}
