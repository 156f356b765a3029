namespace Pipeline.Imaging.MetadataStripping;

/// <summary>Assembles the colour profile of a JPEG from its numbered pieces: a segment holds at most 64 KiB.</summary>
internal sealed class JpegProfile
{
    private const int FrameLength = 14;
    private const int MaxPiece = ushort.MaxValue - 2 - FrameLength;

    private readonly byte[]?[] _pieces = new byte[byte.MaxValue][];
    private int _announced;
    private int _taken;
    private int _length;
    private bool _broken;

    private static ReadOnlySpan<byte> Name => "ICC_PROFILE\0"u8;

    /// <summary>Ignores segments that are not a piece of a profile.</summary>
    public void Take(ReadOnlySpan<byte> payload)
    {
        if (_broken || payload.Length < FrameLength || !payload.StartsWith(Name))
        {
            return;
        }

        int number = payload[12], announced = payload[13];
        var piece = payload[FrameLength..];
        _broken = number == 0 || number > announced || (_announced != 0 && announced != _announced) || _pieces[number - 1] is not null
            || _length + piece.Length > IccProfiles.MaxLength;
        if (!_broken)
        {
            _pieces[number - 1] = piece.ToArray();
            _announced = announced;
            _length += piece.Length;
            _taken++;
        }
    }

    /// <summary>Returns new segments; none if pieces are missing or the whole is not a profile.</summary>
    public IEnumerable<byte[]> Segments()
    {
        if (_broken || _taken != _announced)
        {
            return [];
        }

        var whole = new MemoryStream(_length);
        foreach (var piece in _pieces)
        {
            whole.Write(piece);
        }

        var pieces = IccProfiles.Trim(whole.GetBuffer().AsSpan(0, _length)).ToArray().Chunk(MaxPiece).ToList();
        return pieces.Select((piece, index) =>
            JpegMetadataStripper.Segment(0xE2, [.. Name, (byte)(index + 1), (byte)pieces.Count, .. piece]));
    }
}
