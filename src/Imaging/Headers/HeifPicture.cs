namespace Pipeline.Imaging.Headers;

/// <summary>Finds the displayed image of an HEIC or AVIF, and the properties and compressed bytes of its images.</summary>
/// <param name="file">Starts with the first box of an HEIC or AVIF; the rest can be anything.</param>
internal readonly ref struct HeifPicture(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private readonly ReadOnlySpan<byte> _meta = HeifMeta.Find(file);

    /// <summary>The id of the displayed image; 0 if there is none.</summary>
    public int Shown => HeifItems.ReadShown(_meta);

    /// <summary>Returns the id of the first tile of a grid; 0 if the image is not a grid.</summary>
    public int FirstTile(int item)
    {
        var references = new HeifReferences(_meta);
        while (references.Next())
        {
            if (references.IsToPart && references.From == item)
            {
                return references.To;
            }
        }

        return 0;
    }

    /// <summary>True if the colours of the image are multiplied by its alpha.</summary>
    public bool IsPremultiplied(int item)
    {
        var references = new HeifReferences(_meta);
        while (references.Next())
        {
            if (references.IsToAppliedAlpha && references.From == item)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True if the compressed pixels of the image are grey; decoders give three equal channels for them.</summary>
    public bool IsGrey(int item)
    {
        const byte monochrome = 0x10;
        const byte chroma = 3;
        return Property(item, "av1C"u8) is [_, _, var flags, ..] ? (flags & monochrome) != 0
            : Property(item, "hvcC"u8) is { Length: > 16 } hevc ? (hevc[16] & chroma) == 0
            : FirstTile(item) is > 0 and var tile && tile != item && (Property(tile, "av1C"u8) is [_, _, var some, ..] && (some & monochrome) != 0);
    }

    /// <summary>
    /// Returns the data of the image's first property with that name whose data starts with <paramref name="begin"/>; empty if there is
    /// none.
    /// </summary>
    public ReadOnlySpan<byte> Property(int item, ReadOnlySpan<byte> name, ReadOnlySpan<byte> begin = default)
    {
        var properties = new HeifProperties(_meta);
        while (properties.Next())
        {
            if (properties.Item == item && properties.Property.Is(name) && properties.Property.Data is { IsEmpty: false } data && data.StartsWith(begin))
            {
                return data;
            }
        }

        return default;
    }

    /// <summary>Returns the first piece of the image's compressed bytes; empty unless they are stored at an offset in this file.</summary>
    public ReadOnlySpan<byte> Bytes(int item)
    {
        var pieces = new HeifLocations(_meta);
        while (pieces.Next())
        {
            if (pieces.Item == item)
            {
                var end = (ulong)_file.Length;
                return !pieces.IsInFile || pieces.Offset >= end ? default
                    : _file.Slice((int)pieces.Offset, (int)Math.Min(pieces.Length == 0 ? end : pieces.Length, end - pieces.Offset));
            }
        }

        return default;
    }
}
