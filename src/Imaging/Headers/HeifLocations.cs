namespace Pipeline.Imaging.Headers;

/// <summary>Iterates over the pieces of which the bytes of each item consist (box <c>iloc</c>). Stops where the box ends.</summary>
internal ref struct HeifLocations
{
    private readonly int _version;
    private readonly int _offsetLength;
    private readonly int _sizeLength;
    private readonly int _baseLength;
    private readonly int _indexLength;
    private HeifReader _reader;
    private int _items;
    private int _pieces;
    private ulong _base;

    /// <param name="meta">The contents of the <c>meta</c> box, after its version and flags.</param>
    public HeifLocations(ReadOnlySpan<byte> meta)
    {
        _reader = new HeifReader(HeifBoxes.Find(meta, "iloc"u8));
        _version = _reader.Int(1);
        _ = _reader.Number(3);
        var lengths = _reader.Int(2);
        (_offsetLength, _sizeLength) = (Math.Min(lengths >> 12, 8), Math.Min((lengths >> 8) & 15, 8));
        (_baseLength, _indexLength) = (Math.Min((lengths >> 4) & 15, 8), _version == 0 ? 0 : Math.Min(lengths & 15, 8));
        DeclaredItems = _items = _reader.Int(_version < 2 ? 2 : 4);
    }

    /// <summary>The number of items that the box announces.</summary>
    public int DeclaredItems { get; }

    public int Item { get; private set; }

    /// <summary>False if the piece lies in another item or in another file.</summary>
    public bool IsInFile { get; private set; }

    public ulong Offset { get; private set; }

    /// <summary>0 means that the piece reaches to the end of the file.</summary>
    public ulong Length { get; private set; }

    public bool Next()
    {
        while (_pieces == 0)
        {
            if (_items-- <= 0 || !_reader.IsSound)
            {
                return false;
            }

            Item = _reader.Int(_version < 2 ? 2 : 4);
            var method = _reader.Int(_version == 0 ? 0 : 2) & 15;
            IsInFile = _reader.Int(2) == 0 && method == 0;
            _base = _reader.Number(_baseLength);
            _pieces = _reader.Int(2);
        }

        _pieces--;
        _ = _reader.Number(_indexLength);
        Offset = _base + _reader.Number(_offsetLength);
        Length = _reader.Number(_sizeLength);
        return _reader.IsSound;
    }
}
