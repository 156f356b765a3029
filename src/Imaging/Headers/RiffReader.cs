using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Goes from chunk to chunk of a part of a WebP. Stops where the part ends or a chunk reaches past its end.</summary>
internal ref struct RiffReader(ReadOnlySpan<byte> webp, int start, int end)
{
    public const int HeaderLength = 12;

    /// <summary>Name and length.</summary>
    public const int Frame = 8;

    private readonly ReadOnlySpan<byte> _webp = webp[..end];

    private int _next = start;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Where the data begins.</summary>
    public int Start { get; private set; }

    /// <summary>The part was followed to its end; less than the frame of a chunk may be left over.</summary>
    public readonly bool AtEnd => _webp.Length - _next < Frame;

    /// <summary>
    /// All chunks of a file; none if the file is shorter than it says. What comes behind the length it says is no part of it.
    /// </summary>
    public static RiffReader OfFile(ReadOnlySpan<byte> webp)
    {
        var length = webp.Length < HeaderLength ? 0 : (long)BinaryPrimitives.ReadUInt32LittleEndian(webp[4..]) + Frame;
        return length < HeaderLength || length > webp.Length
            ? new RiffReader(webp, webp.Length, webp.Length)
            : new RiffReader(webp, HeaderLength, (int)length);
    }

    /// <summary>The chunks within this one, behind so many bytes of its data.</summary>
    public readonly RiffReader Inside(int skip) => new(_webp, Start + skip, Start + Data.Length);

    public readonly bool Is(ReadOnlySpan<byte> name) => Name.SequenceEqual(name);

    public bool Next()
    {
        if (AtEnd)
        {
            return false;
        }

        var rest = _webp[_next..];
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        if (length > rest.Length - Frame)
        {
            return false;
        }

        Name = rest[..4];
        Data = rest.Slice(Frame, (int)length);
        Start = _next + Frame;

        // An odd length is padded, but some writers leave the padding out at the very end.
        _next = Math.Min(Start + (int)length + ((int)length & 1), _webp.Length);
        return true;
    }
}
