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

    /// <summary>Returns null if there are more than that many images with a size, or references.</summary>
    /// <param name="meta">The contents of the <c>meta</c> box, after its version and flags.</param>
    public static HeifItems? Read(ReadOnlySpan<byte> meta, int maxItems, int maxReferences)
    {
        var items = new HeifItems { _shown = ReadShown(meta) };
        return items.ReadSizes(meta, maxItems) && items.ReadReferences(meta, maxReferences) ? items : null;
    }

    /// <summary>Returns the id of the displayed image; 0 if there is none.</summary>
    /// <param name="meta">The contents of the <c>meta</c> box, after its version and flags.</param>
    public static int ReadShown(ReadOnlySpan<byte> meta)
    {
        var reader = new HeifReader(HeifBoxes.Find(meta, "pitm"u8));
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

    private bool ReadSizes(ReadOnlySpan<byte> meta, int most)
    {
        var properties = new HeifProperties(meta);
        while (properties.Next())
        {
            var size = new HeifReader(properties.Property.Data);
            _ = size.Number(4);
            if (properties.Property.Is("ispe"u8) && (long)size.Int(4) * size.Int(4) is > 0 and var pixels)
            {
                _pixels[properties.Item] = pixels;
                if (_pixels.Count > most)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool ReadReferences(ReadOnlySpan<byte> meta, int most)
    {
        var references = new HeifReferences(meta);
        while (references.Next())
        {
            if (--most < 0)
            {
                return false;
            }

            if (references.IsToPart)
            {
                Parts(references.From).Add(references.To);
            }
            else if (references.IsToMain)
            {
                Parts(references.To).Add(references.From);
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
