using System.Buffers.Binary;

namespace Pipeline.Processor.Imaging.Headers;

/// <summary>
/// Reads what a GIF claims by stepping over its blocks, before a decoder sees it: a decoder sets aside memory for each frame first and
/// tells their number then, and libvips' decoder takes a large screen for a mistake and tells another size.
/// </summary>
internal static class GifHeader
{
    private const int HeaderLength = 13;
    private const byte Extension = 0x21;
    private const byte Image = 0x2C;

    /// <summary>
    /// Stops counting one frame above <paramref name="limit"/>, and at the first block that is none; never reads past the end. All zero if
    /// the file ends inside its header.
    /// </summary>
    public static (int Width, int Height, int Frames) Read(ReadOnlySpan<byte> gif, int limit)
    {
        if (gif.Length < HeaderLength)
        {
            return default;
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(gif[6..]), BinaryPrimitives.ReadUInt16LittleEndian(gif[8..]), Walk(gif, limit).Frames);
    }

    /// <summary>
    /// Whether the file ends inside a block. libvips' decoder shows what there is of the last frame and does not tell. One that only lacks
    /// the mark at its end has all its frames.
    /// </summary>
    public static bool IsCutShort(ReadOnlySpan<byte> gif) => gif.Length < HeaderLength || Walk(gif, int.MaxValue).End > gif.Length;

    private static (int Frames, int End) Walk(ReadOnlySpan<byte> gif, int limit)
    {
        var frames = 0;
        var position = HeaderLength + ColourTable(gif[10]);
        while (position < gif.Length && frames <= limit)
        {
            if (gif[position] == Extension)
            {
                position = SkipSubBlocks(gif, position + 2);
            }
            else if (gif[position] == Image)
            {
                frames++;
                position += 10;
                position = position > gif.Length ? position : SkipSubBlocks(gif, position + ColourTable(gif[position - 1]) + 1);
            }
            else
            {
                break;
            }
        }

        return (frames, position);
    }

    private static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int SkipSubBlocks(ReadOnlySpan<byte> gif, int position)
    {
        while (position < gif.Length && gif[position] != 0)
        {
            position += gif[position] + 1;
        }

        return position + 1;
    }
}
