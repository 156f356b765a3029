using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// Walks through the codes of a JPEG that has one scan for all its components, and finds whether they describe all of its blocks. Decodes no
/// pixel. libvips does not ask for the warnings that libjpeg gives in the last rows.
/// </summary>
internal ref struct JpegScan
{
    private const int Coefficients = 64;
    private const int MaxSampling = 4;
    private const int MaxComponents = 4;

    private readonly Blocks[] _order;
    private readonly int _restartInterval;
    private JpegBits _bits;

    private JpegScan(Blocks[] order, int restartInterval, ReadOnlySpan<byte> pixels)
    {
        (_order, _restartInterval) = (order, restartInterval);
        _bits = new JpegBits(pixels);
    }

    /// <summary>True if the codes of the first scan describe all blocks, and nothing follows them but prefixes.</summary>
    /// <param name="jpeg">The rest can be anything.</param>
    public static bool IsWhole(ReadOnlySpan<byte> jpeg)
    {
        var tables = new Range[JpegCodes.Tables];
        var interval = 0;
        ReadOnlySpan<byte> frame = default;
        var reader = new JpegReader(jpeg);
        while (reader.Next() && reader.Marker != JpegReader.EndOfImage)
        {
            switch (reader.Marker)
            {
                case 0xC4:
                    JpegCodes.Find(reader, tables);
                    break;
                case 0xDD when reader.Payload.Length == 2:
                    interval = BinaryPrimitives.ReadUInt16BigEndian(reader.Payload);
                    break;
                case 0xC0 or 0xC1 when frame.IsEmpty:
                    frame = reader.Payload;
                    break;
                case JpegReader.StartOfScan:
                    var scan = reader.Payload;
                    var start = reader.End;
                    var end = reader.SkipPixels() ? reader.End : jpeg.Length;
                    return Order(jpeg, frame, scan, tables) is { } order && new JpegScan(order, interval, jpeg[start..end]).Walk(Groups(frame));
            }
        }

        return false;
    }

    /// <summary>The blocks of a group in their order, each with the codes of its component; null if the headers do not fit each other.</summary>
    private static Blocks[]? Order(ReadOnlySpan<byte> jpeg, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> scan, Range[] tables)
    {
        if (frame.Length < 6 || frame[5] > MaxComponents || frame.Length != 6 + (3 * frame[5]) || scan.Length != 4 + (2 * frame[5]))
        {
            return null;
        }

        var order = new Blocks[frame[5]];
        for (var i = 0; i < order.Length; i++)
        {
            var component = frame[(6 + (3 * i))..];
            var codes = scan[(1 + (2 * i))..];
            var (across, down) = (component[1] >> 4, component[1] & 15);
            if (component[0] != codes[0] || across is 0 or > MaxSampling || down is 0 or > MaxSampling
                || JpegCodes.Read(jpeg, tables, codes[1] >> 4) is not { } first
                || JpegCodes.Read(jpeg, tables, JpegCodes.Tables / 2 | (codes[1] & 15)) is not { } others)
            {
                return null;
            }

            order[i] = new Blocks(order.Length == 1 ? 1 : across * down, first, others);
        }

        return order;
    }

    /// <summary>Number of groups of blocks; each covers the same part of the picture.</summary>
    private static long Groups(ReadOnlySpan<byte> frame)
    {
        var (across, down) = (1, 1);
        for (var rest = frame[6..]; frame[5] > 1 && !rest.IsEmpty; rest = rest[3..])
        {
            (across, down) = (Math.Max(across, rest[1] >> 4), Math.Max(down, rest[1] & 15));
        }

        return Count(BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), 8 * across) * Count(BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), 8 * down);
    }

    private static long Count(int pixels, int size) => (pixels + size - 1) / size;

    private bool Walk(long groups)
    {
        for (var group = 0L; group < groups; group++)
        {
            if (_restartInterval > 0 && group > 0 && group % _restartInterval == 0 && !_bits.Restart((int)(group / _restartInterval)))
            {
                return false;
            }

            foreach (var blocks in _order)
            {
                for (var i = 0; i < blocks.Count; i++)
                {
                    if (!Block(blocks))
                    {
                        return false;
                    }
                }
            }
        }

        return groups > 0 && _bits.IsOver;
    }

    private bool Block(Blocks blocks)
    {
        if (!_bits.Code(blocks.First, out var length) || length > 15 || !_bits.Skip(length))
        {
            return false;
        }

        for (var at = 1; at < Coefficients; at++)
        {
            // The upper half is a number of zeros before the coefficient, the lower half the length of its value.
            if (!_bits.Code(blocks.Others, out var code) || !_bits.Skip(code & 15))
            {
                return false;
            }

            var zeros = code >> 4;
            if ((code & 15) == 0 && zeros < 15)
            {
                break;
            }

            at += zeros;
        }

        return true;
    }

    /// <param name="Count">Blocks of the component in a group.</param>
    /// <param name="First">Codes of the first coefficient.</param>
    /// <param name="Others">Codes of the other coefficients.</param>
    private sealed record Blocks(int Count, ushort[] First, ushort[] Others);
}
