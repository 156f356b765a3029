namespace Pipeline.Imaging.Headers;

/// <summary>The images inside an HEIC or AVIF, and which of them are put together from which.</summary>
internal sealed class HeifItems
{
    private const int MaxDepth = 8;

    private readonly Dictionary<int, List<int>> _parts = [];
    private readonly Dictionary<int, long> _pixels = [];
    private readonly HashSet<int> _open = [];
    private readonly Dictionary<int, long> _decoded = [];
    private int _shown;

    /// <summary>Null if there are more references than that.</summary>
    /// <param name="meta">The contents of the box that has them all.</param>
    public static HeifItems? Read(ReadOnlySpan<byte> meta, int maxReferences)
    {
        var items = new HeifItems { _shown = ReadShown(HeifBoxes.Find(meta, "pitm"u8)) };
        items.ReadSizes(HeifBoxes.Find(meta, "iprp"u8));
        return items.ReadReferences(HeifBoxes.Find(meta, "iref"u8), maxReferences) ? items : null;
    }

    /// <summary>The number of the image that is shown; 0 if the box says none.</summary>
    public static int ReadShown(ReadOnlySpan<byte> box)
    {
        var reader = new HeifReader(box);
        var version = reader.Int(1);
        _ = reader.Number(3);
        return reader.Int(version == 0 ? 2 : 4);
    }

    /// <summary>Whether what is decoded for the image that is shown has more pixels than that, or has itself among its parts.</summary>
    public bool DecodesMoreThan(long pixels) => Decoded(_shown, depth: 0) > pixels;

    /// <summary>Of the image and of all of its parts, as often as they are named.</summary>
    private long Decoded(int item, int depth)
    {
        if (_decoded.TryGetValue(item, out var known))
        {
            return known;
        }

        if (depth > MaxDepth || !_open.Add(item))
        {
            return long.MaxValue;
        }

        var sum = _pixels.GetValueOrDefault(item);
        foreach (var part in _parts.GetValueOrDefault(item) ?? [])
        {
            sum = Add(sum, Decoded(part, depth + 1));
        }

        _ = _open.Remove(item);
        return _decoded[item] = sum;
    }

    private static long Add(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;

    /// <summary>Properties stand in a list, and items name them by their place in it.</summary>
    private void ReadSizes(ReadOnlySpan<byte> properties)
    {
        var sizes = new List<long>();
        var boxes = new HeifBoxes(HeifBoxes.Find(properties, "ipco"u8));
        while (boxes.Next())
        {
            var size = new HeifReader(boxes.Data);
            _ = size.Number(4);
            sizes.Add(boxes.Is("ispe"u8) ? (long)size.Int(4) * size.Int(4) : 0);
        }

        var reader = new HeifReader(HeifBoxes.Find(properties, "ipma"u8));
        var version = reader.Int(1);
        var isWide = (reader.Number(3) & 1) != 0;
        for (var items = reader.Int(4); items > 0 && reader.IsSound; items--)
        {
            var item = reader.Int(version == 0 ? 2 : 4);
            for (var count = reader.Int(1); count > 0; count--)
            {
                var index = isWide ? reader.Int(2) & 0x7FFF : reader.Int(1) & 0x7F;
                if (index > 0 && index <= sizes.Count && sizes[index - 1] > 0)
                {
                    _pixels[item] = sizes[index - 1];
                }
            }
        }
    }

    private bool ReadReferences(ReadOnlySpan<byte> references, int most)
    {
        if (references.Length < 4)
        {
            return true;
        }

        var width = references[0] == 0 ? 2 : 4;
        var boxes = new HeifBoxes(references[4..]);
        while (boxes.Next())
        {
            var reader = new HeifReader(boxes.Data);
            var from = reader.Int(width);
            for (var count = reader.Int(2); count > 0 && reader.IsSound; count--)
            {
                var to = reader.Int(width);
                if (--most < 0)
                {
                    return false;
                }

                // What an image is made of; and the other way round what hangs on it and is decoded with it, such as its alpha.
                if (boxes.Is("dimg"u8))
                {
                    Parts(from).Add(to);
                }
                else if (boxes.Is("auxl"u8))
                {
                    Parts(to).Add(from);
                }
            }
        }

        return true;
    }

    private List<int> Parts(int item)
    {
        if (!_parts.TryGetValue(item, out var parts))
        {
            _parts.Add(item, parts = []);
        }

        return parts;
    }
}
