using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Headers;

/// <summary>Checks the segments of a JPEG before it is decoded. The JPEG starts with its signature; the rest can be anything.</summary>
internal static class JpegSegments
{
    /// <summary>
    /// True if there are stray bytes before the pixels. The caller cannot distinguish libjpeg's warning about them from one about damaged
    /// pixels.
    /// </summary>
    public static bool HaveJunkBetween(ReadOnlySpan<byte> jpeg)
    {
        var reader = new JpegReader(jpeg);
        while (reader.Next())
        {
            if (reader.FollowsStrayBytes || reader.Marker is JpegReader.StartOfScan or JpegReader.EndOfImage)
            {
                return reader.FollowsStrayBytes;
            }
        }

        return false;
    }

    /// <summary>Returns the file without the stray bytes, which every decoder skips.</summary>
    public static byte[] WithoutJunk(ReadOnlySpan<byte> jpeg)
    {
        var kept = new SegmentList();
        kept.Keep(0, 2);
        var reader = new JpegReader(jpeg);
        while (reader.Next() && reader.Marker is not (JpegReader.StartOfScan or JpegReader.EndOfImage))
        {
            kept.Keep(reader.Start, reader.End - reader.Start);
        }

        kept.Keep(reader.Start, jpeg.Length - reader.Start);
        using var output = new MemoryStream((int)kept.Length);
        kept.WriteTo(jpeg, output);
        return output.ToArray();
    }

    /// <summary>True if the image has more scans than <paramref name="limit"/>.</summary>
    public static bool HaveMoreScansThan(int limit, ReadOnlySpan<byte> jpeg) => CountScans(jpeg, limit) > limit;

    /// <summary>
    /// Counts the scans of the image. A decoder processes all pixels for each scan, and a scan that changes none is only a few bytes long.
    /// Bytes after the end of the image do not count: phones append videos there.
    /// </summary>
    /// <param name="limit">Stops counting one above it.</param>
    public static int CountScans(ReadOnlySpan<byte> jpeg, int limit = int.MaxValue)
    {
        var scans = 0;
        var reader = new JpegReader(jpeg);
        while (scans <= limit && reader.Next() && reader.Marker != JpegReader.EndOfImage)
        {
            if (reader.Marker == JpegReader.StartOfScan)
            {
                scans++;
                _ = reader.SkipPixels();
            }
        }

        return scans;
    }
}
