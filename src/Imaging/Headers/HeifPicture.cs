namespace Pipeline.Imaging.Headers;

/// <summary>Finds the displayed image of an HEIC or AVIF, and the properties and compressed bytes of its images.</summary>
/// <param name="file">Starts with the first box of an HEIC or AVIF; the rest can be anything.</param>
internal readonly ref struct HeifPicture(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private readonly ReadOnlySpan<byte> _meta = HeifBoxes.Find(file, "meta"u8) is { Length: >= 4 } meta ? meta[4..] : default;

    /// <summary>The id of the displayed image; 0 if there is none.</summary>
    public int Shown => HeifItems.ReadShown(HeifBoxes.Find(_meta, "pitm"u8));

    /// <summary>Returns the id of the first tile of a grid; 0 if the image is not a grid.</summary>
    public int FirstTile(int item)
    {
        var references = HeifBoxes.Find(_meta, "iref"u8);
        if (references.Length < 4)
        {
            return 0;
        }

        var width = references[0] == 0 ? 2 : 4;
        var boxes = new HeifBoxes(references[4..]);
        while (boxes.Next())
        {
            var reader = new HeifReader(boxes.Data);
            if (boxes.Is("dimg"u8) && reader.Int(width) == item && reader.Int(2) > 0)
            {
                return reader.Int(width);
            }
        }

        return 0;
    }

    /// <summary>
    /// Returns the data of the image's first property with that name whose data starts with <paramref name="begin"/>; empty if there is
    /// none.
    /// </summary>
    public ReadOnlySpan<byte> Property(int item, ReadOnlySpan<byte> name, ReadOnlySpan<byte> begin = default)
    {
        var properties = HeifBoxes.Find(_meta, "iprp"u8);
        var reader = new HeifReader(HeifBoxes.Find(properties, "ipma"u8));
        var version = reader.Int(1);
        var isWide = (reader.Number(3) & 1) != 0;
        for (var items = reader.Int(4); items > 0 && reader.IsSound; items--)
        {
            var owner = reader.Int(version == 0 ? 2 : 4);
            for (var count = reader.Int(1); count > 0 && reader.IsSound; count--)
            {
                var place = isWide ? reader.Int(2) & 0x7FFF : reader.Int(1) & 0x7F;
                if (owner == item && At(properties, place, name) is var data && !data.IsEmpty && data.StartsWith(begin))
                {
                    return data;
                }
            }
        }

        return default;
    }

    /// <summary>Returns the first piece of the image's compressed bytes; empty unless they are stored at an offset in this file.</summary>
    public ReadOnlySpan<byte> Bytes(int item)
    {
        var reader = new HeifReader(HeifBoxes.Find(_meta, "iloc"u8));
        var version = reader.Int(1);
        _ = reader.Number(3);
        var sizes = reader.Int(2);
        var (offset, length, start, index) = (sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, version == 0 ? 0 : sizes & 15);
        for (var items = reader.Int(version < 2 ? 2 : 4); items > 0 && reader.IsSound; items--)
        {
            var owner = reader.Int(version < 2 ? 2 : 4);
            var isElsewhere = (reader.Int(version == 0 ? 0 : 2) & 15) != 0 | reader.Int(2) != 0;
            var from = reader.Number(Math.Min(start, 8));
            for (var pieces = reader.Int(2); pieces > 0 && reader.IsSound; pieces--)
            {
                _ = reader.Number(Math.Min(index, 8));
                var (at, count) = (from + reader.Number(Math.Min(offset, 8)), reader.Number(Math.Min(length, 8)));
                if (owner == item)
                {
                    var end = (ulong)_file.Length;
                    return isElsewhere || at >= end ? default : _file.Slice((int)at, (int)Math.Min(count == 0 ? end : count, end - at));
                }
            }
        }

        return default;
    }

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> properties, int place, ReadOnlySpan<byte> name)
    {
        var boxes = new HeifBoxes(HeifBoxes.Find(properties, "ipco"u8));
        while (place > 0 && boxes.Next())
        {
            if (--place == 0)
            {
                return boxes.Is(name) ? boxes.Data : default;
            }
        }

        return default;
    }
}
