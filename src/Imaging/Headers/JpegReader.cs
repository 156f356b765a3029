using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// Iterates over the markers of a JPEG as libjpeg does, skipping fill bytes and stray bytes, so that both see the same segments. Stops
/// where the file ends or a segment reaches past its end. All code that looks at segments uses this reader: where two readers disagree, one
/// of them checks something else than the decoder decodes.
/// </summary>
internal ref struct JpegReader(ReadOnlySpan<byte> jpeg)
{
    public const byte StartOfImage = 0xD8;
    public const byte EndOfImage = 0xD9;
    public const byte StartOfScan = 0xDA;

    private const byte Prefix = 0xFF;

    private readonly ReadOnlySpan<byte> _jpeg = jpeg;

    public byte Marker { get; private set; }

    /// <summary>Offset of the segment's own prefix, after any fill bytes.</summary>
    public int Start { get; private set; }

    /// <summary>Offset after the segment; the compressed pixels begin there if the segment starts a scan.</summary>
    public int End { get; private set; } = 2;

    /// <summary>The contents without marker and length; empty for a bare marker.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>
    /// True if stray bytes precede the segment. Some editors leave them, and every decoder skips them without losing a pixel.
    /// </summary>
    public bool FollowsStrayBytes { get; private set; }

    /// <summary>True for a marker without length and contents.</summary>
    public readonly bool IsBare => IsRestart(Marker) || Marker is StartOfImage or EndOfImage or 0x01;

    /// <summary>True for a segment that libjpeg skips whatever its length says: metadata, comments and a late height (DNL).</summary>
    private readonly bool IsSkipped => Marker is (>= 0xE0 and <= 0xEF) or 0xFE or 0xDC;

    public bool Next()
    {
        var position = End;
        int start;
        do
        {
            if (!FindMarker(ref position, out start))
            {
                return false;
            }
        }
        while (_jpeg[position++] == 0);

        // Also true after a prefix with a zero, which the loop has passed.
        FollowsStrayBytes = start > End;

        Marker = _jpeg[position - 1];
        Start = position - 2;
        Payload = default;
        End = position;
        return IsBare || ReadPayload();
    }

    /// <summary>Moves <see cref="End"/> past the compressed pixels, which include stuffed prefixes and restart markers.</summary>
    public bool SkipPixels()
    {
        var position = End;
        while (true)
        {
            if (!FindMarker(ref position, out var start))
            {
                return false;
            }

            if (_jpeg[position] != 0 && !IsRestart(_jpeg[position]))
            {
                End = start;
                return true;
            }

            position++;
        }
    }

    private static bool IsRestart(byte marker) => marker is >= 0xD0 and <= 0xD7;

    /// <summary>Moves the position to the byte after the next prefix, which may be repeated any number of times.</summary>
    private readonly bool FindMarker(ref int position, out int start)
    {
        start = position + _jpeg[position..].IndexOf(Prefix);
        if (start < position)
        {
            return false;
        }

        var prefixes = _jpeg[start..].IndexOfAnyExcept(Prefix);
        position = start + prefixes;
        return prefixes > 0;
    }

    private bool ReadPayload()
    {
        var rest = _jpeg[End..];
        if (rest.Length < 2)
        {
            return false;
        }

        // The length includes its own two bytes. libjpeg reads a smaller one as 2 in the segments that it skips.
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        length = length < 2 && IsSkipped ? 2 : length;
        if (length < 2 || length > rest.Length)
        {
            return false;
        }

        Payload = rest[2..length];
        End += length;
        return true;
    }
}
