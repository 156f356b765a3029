namespace Pipeline.Imaging.Headers;

/// <summary>
/// Finds where the pixels of a JPEG end that has no marker for its end. Some cameras and transfers lose it, and no pixel with it. libjpeg
/// gives the same warning as for a photo that is cut; with the marker put back, it warns only if pixels are missing.
/// </summary>
internal static class JpegEnd
{
    /// <summary>The marker for the end of an image.</summary>
    public static readonly byte[] Marker = [0xFF, JpegReader.EndOfImage];

    private const byte Prefix = 0xFF;
    private const byte Baseline = 0xC0;
    private const byte Sequential = 0xC1;
    private const byte Progressive = 0xC2;

    /// <summary>
    /// Returns the offset after the compressed pixels if only the marker is missing; null if it is there, or if the headers show that a scan
    /// is missing. Whether the last of several scans is whole shows only when it is decoded with the marker.
    /// </summary>
    /// <param name="jpeg">Starts with the signature of a JPEG; the rest can be anything.</param>
    public static int? Find(ReadOnlySpan<byte> jpeg)
    {
        // Stray bytes between segments make the decode lenient, and then libjpeg's warnings do not count.
        if (JpegSegments.HaveJunkBetween(jpeg))
        {
            return null;
        }

        var reader = new JpegReader(jpeg);
        Dictionary<byte, ulong>? left = null;
        var (kind, end, scans, hasSeveral) = ((byte)0, 0, 0, false);
        while (reader.Next() && reader.Marker != JpegReader.EndOfImage)
        {
            // Arithmetic coding has no warning for missing bytes.
            if (reader.Marker is Baseline or Sequential or Progressive && left is null)
            {
                (kind, left) = (reader.Marker, Components(reader.Payload));
            }

            if (reader.Marker != JpegReader.StartOfScan)
            {
                continue;
            }

            if (left is null || !Subtract(reader.Payload, kind == Progressive, left))
            {
                return null;
            }

            hasSeveral |= scans++ == 0 && (kind == Progressive || reader.Payload[0] < left.Count);
            if (!reader.SkipPixels())
            {
                // A last prefix is half of the marker.
                end = jpeg.LastIndexOfAnyExcept(Prefix) + 1;
                break;
            }

            end = reader.End;
        }

        // libjpeg reads several scans before the first row, so libvips sees their warnings.
        return reader.Marker != JpegReader.EndOfImage && end > 0 && left is not null && IsComplete(left) && (hasSeveral || JpegScan.IsWhole(jpeg))
            ? end
            : null;
    }

    /// <summary>For each component the set of its coefficients, none of which is complete.</summary>
    private static Dictionary<byte, ulong> Components(ReadOnlySpan<byte> frame)
    {
        var components = new Dictionary<byte, ulong>();
        for (var rest = frame.Length > 6 ? frame[6..] : default; rest.Length >= 3; rest = rest[3..])
        {
            components[rest[0]] = ulong.MaxValue;
        }

        return components;
    }

    /// <summary>Notes which coefficients the scan completes; false if its header is invalid.</summary>
    private static bool Subtract(ReadOnlySpan<byte> scan, bool isProgressive, Dictionary<byte, ulong> left)
    {
        if (scan.IsEmpty || scan.Length != 4 + (2 * scan[0]))
        {
            return false;
        }

        var (first, last, missingBits) = isProgressive ? (scan[^3], scan[^2], scan[^1] & 15) : (0, 63, 0);
        for (var i = 0; i < scan[0]; i++)
        {
            if (first > last || last > 63 || !left.TryGetValue(scan[1 + (2 * i)], out var coefficients))
            {
                return false;
            }

            if (missingBits == 0)
            {
                left[scan[1 + (2 * i)]] = coefficients & ~(ulong.MaxValue >> (63 - (last - first)) << first);
            }
        }

        return true;
    }

    private static bool IsComplete(Dictionary<byte, ulong> left) => left.Count > 0 && left.Values.All(coefficients => coefficients == 0);
}
