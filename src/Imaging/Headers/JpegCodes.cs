namespace Pipeline.Imaging.Headers;

/// <summary>The Huffman codes of a JPEG, looked up by the next 16 bits: the upper byte is the length of the code, the lower one its value.</summary>
internal static class JpegCodes
{
    /// <summary>16 of first coefficients, then 16 of others.</summary>
    public const int Tables = 32;

    private const int Lengths = 16;

    /// <summary>Notes where the tables of a segment lie, with their lengths first.</summary>
    public static void Find(JpegReader segment, Range[] tables)
    {
        for (var start = segment.End - segment.Payload.Length; start + 1 + Lengths <= segment.End;)
        {
            var place = segment.Payload[^(segment.End - start)..];
            var end = start + 1 + Lengths;
            foreach (var codes in place[1..(1 + Lengths)])
            {
                end += codes;
            }

            if (end > segment.End || place[0] >= Tables)
            {
                return;
            }

            tables[place[0]] = (start + 1)..end;
            start = end;
        }
    }

    /// <summary>Returns null if there is no such table, or if it has more codes than bits allow.</summary>
    public static ushort[]? Read(ReadOnlySpan<byte> jpeg, Range[] tables, int table)
    {
        var bytes = jpeg[tables[table]];
        if (bytes.IsEmpty)
        {
            return null;
        }

        var codes = new ushort[1 << Lengths];
        var (at, value) = (0, Lengths);
        for (var length = 1; length <= Lengths; length++)
        {
            for (var i = 0; i < bytes[length - 1]; i++)
            {
                var share = 1 << (Lengths - length);
                if (at + share > codes.Length)
                {
                    return null;
                }

                codes.AsSpan(at, share).Fill((ushort)((length << 8) | bytes[value++]));
                at += share;
            }
        }

        return codes;
    }
}
