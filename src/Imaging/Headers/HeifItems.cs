namespace Pipeline.Imaging.Headers;

/// <summary>The images inside an HEIC or AVIF, with the parts that each is composed of.</summary>
internal sealed class HeifItems
{
    private const int MaxDepth = 8;

    private readonly Dictionary<int, List<int>> _parts = [];
    private readonly Dictionary<int, long> _pixels = [];
    private readonly HashSet<int> _open = [];
    private readonly Dictionary<int, long> _decoded = [];
    private int _shown;

    /// <summary>Returns null if there are more than <paramref name="maxReferences"/> references.</summary>
    /// <param name="meta">The contents of the <c>meta</c> box, after its version and flags.</param>
    public static HeifItems? Read(ReadOnlySpan<byte> meta, int maxReferences)
    {
        var items = new HeifItems { _shown = ReadShown(HeifBoxes.Find(meta, "pitm"u8)) };
        items.ReadSizes(HeifBoxes.Find(meta, "iprp"u8));
        return items.ReadReferences(HeifBoxes.Find(meta, "iref"u8), maxReferences) ? items : null;
    }

    /// <summary>Returns the id of the displayed image; 0 if the box names none.</summary>
    public static int ReadShown(ReadOnlySpan<byte> box)
    {
        var reader = new HeifReader(box);
        var version = reader.Int(1);
        _ = reader.Number(3);
        return reader.Int(version == 0 ? 2 : 4);
    }

    /// <summary>
    /// True if decoding the displayed image takes more than <paramref name="pixels"/> pixels, or if an image contains itself or is nested
    /// too deeply.
    /// </summary>
    public bool DecodesMoreThan(long pixels) => Decoded(_shown, depth: 0) > pixels;

    /// <summary>Returns the pixels of the image and of all its parts, each counted as often as it is referenced.</summary>
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

    /// <summary>Properties form a list, and items refer to them by their position in it.</summary>
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

                // dimg points from an image to its parts; auxl points from an auxiliary image, such as alpha, to its main image.
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
