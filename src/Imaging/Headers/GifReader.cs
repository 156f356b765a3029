using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// Iterates over the blocks of a GIF. Stops where the file ends, and at the first block that is neither an image nor an extension.
/// </summary>
internal ref struct GifReader(ReadOnlySpan<byte> gif)
{
    public const int HeaderLength = 13;
    public const int DescriptorLength = 10;

    private const byte Extension = 0x21;
    private const byte Image = 0x2C;

    private readonly ReadOnlySpan<byte> _gif = gif;

    public int Start { get; private set; }

    /// <summary>Offset after the block; beyond the end of the file if the block is truncated.</summary>
    public int End { get; private set; } = gif.Length < HeaderLength ? gif.Length : HeaderLength + ColourTable(gif[10]);

    public bool IsImage { get; private set; }

    /// <summary>The kind of extension; 0 for an image.</summary>
    public byte Label { get; private set; }

    /// <summary>Declared size of an image, in pixels.</summary>
    public readonly (int Width, int Height) Size => IsImage && Start + DescriptorLength <= _gif.Length
        ? (BinaryPrimitives.ReadUInt16LittleEndian(_gif[(Start + 5)..]), BinaryPrimitives.ReadUInt16LittleEndian(_gif[(Start + 7)..]))
        : default;

    /// <summary>Declared place of an image on the screen, in pixels.</summary>
    public readonly (int Left, int Top) Place => IsImage && Start + DescriptorLength <= _gif.Length
        ? (BinaryPrimitives.ReadUInt16LittleEndian(_gif[(Start + 1)..]), BinaryPrimitives.ReadUInt16LittleEndian(_gif[(Start + 3)..]))
        : default;

    public bool Next()
    {
        if (End >= _gif.Length || _gif[End] is not (Extension or Image))
        {
            return false;
        }

        Start = End;
        IsImage = _gif[Start] == Image;
        if (IsImage)
        {
            Label = 0;
            var behind = Start + DescriptorLength;
            End = behind > _gif.Length ? behind : SkipSubBlocks(behind + ColourTable(_gif[behind - 1]) + 1);
        }
        else
        {
            Label = Start + 1 < _gif.Length ? _gif[Start + 1] : (byte)0;
            End = SkipSubBlocks(Start + 2);
        }

        return true;
    }

    /// <summary>The length in bytes of the colour table that follows a header or descriptor with these flags.</summary>
    public static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private readonly int SkipSubBlocks(int position)
    {
        while (position < _gif.Length && _gif[position] != 0)
        {
            position += _gif[position] + 1;
        }

        return position + 1;
    }
}
