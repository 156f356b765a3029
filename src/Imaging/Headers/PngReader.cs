using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// Iterates over the chunks of a PNG. Stops where the file ends or a chunk reaches past its end. All code that looks at chunks uses this
/// reader: where two readers disagree, one of them checks something else than the decoder decodes.
/// </summary>
internal ref struct PngReader(ReadOnlySpan<byte> png)
{
    public const int SignatureLength = 8;

    /// <summary>Bytes of the length, name and checksum of a chunk.</summary>
    private const int Frame = 12;

    private readonly ReadOnlySpan<byte> _png = png;

    public int Start { get; private set; }

    public int End { get; private set; } = SignatureLength;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Where the data lies in the file.</summary>
    public readonly Range DataRange => (Start + 8)..(End - 4);

    /// <summary>True if a reader that does not know the chunk must not show the image.</summary>
    public readonly bool IsCritical => (Name[0] & 0x20) == 0;

    /// <summary>True if the stored checksum matches the chunk.</summary>
    public readonly bool IsIntact =>
        BinaryPrimitives.ReadUInt32BigEndian(_png[(End - 4)..]) == PngChecksum.Of(_png[(Start + 4)..(End - 4)]);

    public readonly bool Is(ReadOnlySpan<byte> name) => Name.SequenceEqual(name);

    /// <summary>True if the next chunk has this name, even if it reaches past the end of the file.</summary>
    public readonly bool IsNext(ReadOnlySpan<byte> name) => _png.Length - End >= Frame && _png.Slice(End + 4, 4).SequenceEqual(name);

    public bool Next()
    {
        if (_png.Length - End < Frame)
        {
            return false;
        }

        var rest = _png[End..];
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - Frame)
        {
            return false;
        }

        Name = rest[4..8];
        Data = rest.Slice(8, (int)length);
        Start = End;
        End += (int)length + Frame;
        return true;
    }
}
