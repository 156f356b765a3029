using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Iterates over the boxes of an HEIC or AVIF. Stops where the part ends or a box reaches past its end.</summary>
internal ref struct HeifBoxes(ReadOnlySpan<byte> part)
{
    private const int Head = 8;

    private readonly ReadOnlySpan<byte> _part = part;
    private int _next;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The contents of the box, without its header.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Where the box lies in the part, with its header.</summary>
    public Range Range { get; private set; }

    public readonly bool Is(ReadOnlySpan<byte> name) => Name.SequenceEqual(name);

    /// <summary>Returns the data of the first box with that name; empty if there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> part, ReadOnlySpan<byte> name)
    {
        var boxes = new HeifBoxes(part);
        while (boxes.Next())
        {
            if (boxes.Is(name))
            {
                return boxes.Data;
            }
        }

        return default;
    }

    public bool Next()
    {
        var rest = _part[_next..];
        if (rest.Length < Head)
        {
            return false;
        }

        long length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        var head = Head;
        if (length == 1 && rest.Length >= Head * 2)
        {
            (length, head) = ((long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(rest[Head..]), long.MaxValue), Head * 2);
        }

        // A length of 0 means that the box reaches to the end.
        length = length == 0 ? rest.Length : length;
        if (length < head || length > rest.Length)
        {
            return false;
        }

        Name = rest[4..8];
        Data = rest[head..(int)length];
        Range = _next..(_next + (int)length);
        _next += (int)length;
        return true;
    }
}
