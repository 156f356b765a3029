namespace Pipeline.Imaging.Headers;

/// <summary>Iterates over the references from one item to another (box <c>iref</c>). Stops where the box ends.</summary>
internal ref struct HeifReferences
{
    private readonly int _idLength;
    private HeifBoxes _boxes;
    private HeifReader _reader;
    private int _left;

    /// <param name="meta">The contents of the <c>meta</c> box, after its version and flags.</param>
    public HeifReferences(ReadOnlySpan<byte> meta)
    {
        var references = HeifBoxes.Find(meta, "iref"u8);
        _idLength = references.Length > 0 && references[0] == 0 ? 2 : 4;
        _boxes = new HeifBoxes(references.Length < 4 ? default : references[4..]);
    }

    public int From { get; private set; }

    public int To { get; private set; }

    /// <summary>True if the first item is put together from others, and the second one is a part of it.</summary>
    public readonly bool IsToPart => _boxes.Is("dimg"u8);

    /// <summary>True if the first item is an auxiliary image, such as alpha, of the second one.</summary>
    public readonly bool IsToMain => _boxes.Is("auxl"u8);

    /// <summary>True if the colours of the first item are multiplied by its alpha, the second one.</summary>
    public readonly bool IsToAppliedAlpha => _boxes.Is("prem"u8);

    public bool Next()
    {
        while (_left == 0 || !_reader.IsSound)
        {
            if (!_boxes.Next())
            {
                return false;
            }

            _reader = new HeifReader(_boxes.Data);
            From = _reader.Int(_idLength);
            _left = _reader.Int(2);
        }

        _left--;
        To = _reader.Int(_idLength);
        return true;
    }
}
