namespace Pipeline.Imaging.Headers;

/// <summary>
/// Iterates over the properties of all items, such as their sizes and colours (box <c>iprp</c>): a list of properties, and for each item the
/// positions of its own in that list. Stops where the box ends.
/// </summary>
internal ref struct HeifProperties
{
    /// <summary>Positions have 15 bits.</summary>
    private const int MaxProperties = 0x7FFF;

    private readonly ReadOnlySpan<byte> _list;
    private readonly List<Range> _boxes = [];
    private readonly bool _hasLongItems;
    private readonly bool _hasLongPositions;
    private HeifReader _reader;
    private int _items;
    private int _positions;

    /// <param name="meta">The contents of the <c>meta</c> box, after its version and flags.</param>
    public HeifProperties(ReadOnlySpan<byte> meta)
    {
        var properties = HeifBoxes.Find(meta, "iprp"u8);
        _list = HeifBoxes.Find(properties, "ipco"u8);
        var boxes = new HeifBoxes(_list);
        while (_boxes.Count < MaxProperties && boxes.Next())
        {
            _boxes.Add(boxes.Range);
        }

        _reader = new HeifReader(HeifBoxes.Find(properties, "ipma"u8));
        _hasLongItems = _reader.Int(1) != 0;
        _hasLongPositions = (_reader.Number(3) & 1) != 0;
        _items = _reader.Int(4);
    }

    public int Item { get; private set; }

    /// <summary>The property's box.</summary>
    public HeifBoxes Property { get; private set; }

    public bool Next()
    {
        while (true)
        {
            while (_positions == 0)
            {
                if (_items-- <= 0 || !_reader.IsSound)
                {
                    return false;
                }

                Item = _reader.Int(_hasLongItems ? 4 : 2);
                _positions = _reader.Int(1);
            }

            _positions--;
            var position = _hasLongPositions ? _reader.Int(2) & 0x7FFF : _reader.Int(1) & 0x7F;
            if (!_reader.IsSound)
            {
                return false;
            }

            // Position 0 means that there is no property.
            if (position > 0 && position <= _boxes.Count)
            {
                var property = new HeifBoxes(_list[_boxes[position - 1]]);
                _ = property.Next();
                Property = property;
                return true;
            }
        }
    }
}
