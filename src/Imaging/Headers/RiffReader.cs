using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Iterates over the chunks in a part of a WebP. Stops where the part ends or a chunk reaches past its end.</summary>
internal ref struct RiffReader(ReadOnlySpan<byte> webp, int start, int end)
{
    public const int HeaderLength = 12;

    /// <summary>Bytes of the name and length of a chunk.</summary>
    public const int Frame = 8;

    private readonly ReadOnlySpan<byte> _webp = webp[..end];

    private int _next = start;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Offset of the data.</summary>
    public int Start { get; private set; }

    /// <summary>True if the part was read to its end; fewer bytes than a name and a length may be left over.</summary>
    public readonly bool AtEnd => _webp.Length - _next < Frame;

    /// <summary>Reads all chunks of a file; none if the file is shorter than its declared length. Ignores bytes after that length.</summary>
    public static RiffReader OfFile(ReadOnlySpan<byte> webp)
    {
        var length = webp.Length < HeaderLength ? 0 : (long)BinaryPrimitives.ReadUInt32LittleEndian(webp[4..]) + Frame;
        return length < HeaderLength || length > webp.Length
            ? new RiffReader(webp, webp.Length, webp.Length)
            : new RiffReader(webp, HeaderLength, (int)length);
    }

    /// <summary>Reads the chunks inside this one, after <paramref name="skip"/> bytes of its data.</summary>
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

        // An odd length is padded, but some writers omit the padding of the last chunk.
        _next = Math.Min(Start + (int)length + ((int)length & 1), _webp.Length);
        return true;
    }
}
