using System.Runtime.InteropServices;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// A file composed of ranges of a source file and a few bytes of our own. Copies nothing before it is written, so a source that turns out
/// to be broken at its end costs no memory.
/// </summary>
internal sealed class SegmentList
{
    private readonly List<Piece> _pieces = [];

    public long Length { get; private set; }

    /// <summary>Merges adjacent ranges into one piece, so the list is never longer than the number of cuts in the file.</summary>
    public void Keep(int start, int length)
    {
        Length += length;
        if (_pieces is [.., { Own: null } last] && last.Start + last.Length == start)
        {
            _pieces[^1] = last with { Length = last.Length + length };
        }
        else if (length > 0)
        {
            _pieces.Add(new Piece(start, length, null));
        }
    }

    public void Add(byte[] own)
    {
        Length += own.Length;
        if (own.Length > 0)
        {
            _pieces.Add(new Piece(0, own.Length, own));
        }
    }

    public void Add(SegmentList other)
    {
        Length += other.Length;
        _pieces.AddRange(other._pieces);
    }

    /// <summary>True if the list is the whole source, from its first to its last byte.</summary>
    public bool IsWhole(int sourceLength) => _pieces is [{ Own: null, Start: 0 } only] && only.Length == sourceLength;

    /// <param name="source">The file that the ranges refer to.</param>
    /// <param name="output">Not flushed.</param>
    public void WriteTo(ReadOnlySpan<byte> source, Stream output)
    {
        foreach (var piece in _pieces)
        {
            output.Write(piece.Own ?? source.Slice(piece.Start, piece.Length));
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Piece(int Start, int Length, byte[]? Own);
}
