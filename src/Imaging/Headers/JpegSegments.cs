using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Checks the segments of a JPEG before it is decoded.</summary>
internal static class JpegSegments
{
    private const byte Prefix = 0xFF;
    private const byte FirstRestart = 0xD0;
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    /// <summary>
    /// True if there are stray bytes between segments. Some editors leave them, and every decoder skips them without losing a pixel, but
    /// the caller cannot distinguish libjpeg's warning about them from one about damaged pixels.
    /// </summary>
    public static bool HaveJunkBetween(ReadOnlySpan<byte> jpeg)
    {
        var rest = jpeg[2..];
        while (rest.Length >= 4)
        {
            if (rest[0] != Prefix)
            {
                return true;
            }

            // Any number of prefixes may precede a marker.
            if (rest[1] == Prefix)
            {
                rest = rest[1..];
                continue;
            }

            if (rest[1] == StartOfScan)
            {
                return false;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) + 2;
            if (length > rest.Length)
            {
                return false;
            }

            rest = rest[length..];
        }

        return false;
    }

    /// <summary>True if the image has more scans than <paramref name="limit"/>.</summary>
    public static bool HaveMoreScansThan(int limit, ReadOnlySpan<byte> jpeg) => CountScans(jpeg, limit) > limit;

    /// <summary>
    /// Counts the scans of the image. A decoder processes all pixels for each scan, and a scan that changes none is only a few bytes long.
    /// Bytes after the end of the image do not count: phones append videos there.
    /// </summary>
    /// <param name="jpeg">Starts with the signature of a JPEG; the rest can be anything.</param>
    /// <param name="limit">Stops counting one above it.</param>
    public static int CountScans(ReadOnlySpan<byte> jpeg, int limit = int.MaxValue)
    {
        var scans = 0;
        var rest = jpeg[2..];
        while (scans <= limit)
        {
            var next = rest.IndexOf(Prefix);
            if (next < 0 || rest.Length < next + 4 || rest[next + 1] == EndOfImage)
            {
                break;
            }

            rest = rest[(next + 1)..];
            if (rest[0] is 0 or Prefix or (>= FirstRestart and <= StartOfImage))
            {
                // Part of the compressed pixels, or padding.
                continue;
            }

            scans += rest[0] == StartOfScan ? 1 : 0;
            rest = rest[Math.Min(BinaryPrimitives.ReadUInt16BigEndian(rest[1..]) + 1, rest.Length)..];
        }

        return scans;
    }
}
