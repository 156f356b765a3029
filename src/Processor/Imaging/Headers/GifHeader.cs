using System.Buffers.Binary;

namespace Pipeline.Processor.Imaging.Headers;

/// <summary>
/// Reads what a GIF claims by stepping over its blocks, before a decoder sees it: a decoder sets aside memory for each frame first and
/// tells their number then, and libvips' decoder takes a large screen for a mistake and tells another size.
/// </summary>
internal static class GifHeader
{
    /// <summary>
    /// Stops counting one frame above <paramref name="limit"/>, and at the first block that is none; never reads past the end. All zero if
    /// the file ends inside its header.
    /// </summary>
    public static (int Width, int Height, int Frames) Read(ReadOnlySpan<byte> gif, int limit)
    {
        if (gif.Length < GifReader.HeaderLength)
        {
            return default;
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(gif[6..]), BinaryPrimitives.ReadUInt16LittleEndian(gif[8..]), Walk(gif, limit).Frames);
    }

    /// <summary>
    /// Whether the file ends inside a block. libvips' decoder shows what there is of the last frame and does not tell. One that only lacks
    /// the mark at its end has all its frames.
    /// </summary>
    public static bool IsCutShort(ReadOnlySpan<byte> gif) => gif.Length < GifReader.HeaderLength || Walk(gif, int.MaxValue).End > gif.Length;

    private static (int Frames, int End) Walk(ReadOnlySpan<byte> gif, int limit)
    {
        var frames = 0;
        var reader = new GifReader(gif);
        while (frames <= limit && reader.Next())
        {
            frames += reader.IsImage ? 1 : 0;
        }

        return (frames, reader.End);
    }
}
