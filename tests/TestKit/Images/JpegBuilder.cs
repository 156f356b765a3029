namespace Pipeline.TestKit.Images;

/// <summary>JPEGs that no camera writes, built from one that ImageMagick wrote.</summary>
public static class JpegBuilder
{
    /// <summary>Repeats the last scan of a progressive JPEG, which does not change a pixel.</summary>
    public static byte[] WithScans(byte[] progressive, int more)
    {
        var lastScan = progressive.AsSpan(progressive.AsSpan().LastIndexOf((byte[])[0xFF, 0xDA])..^2).ToArray();
        using var jpeg = new MemoryStream();
        jpeg.Write(progressive, 0, progressive.Length - 2);
        for (var i = 0; i < more; i++) jpeg.Write(lastScan);
        jpeg.Write(progressive, progressive.Length - 2, 2);
        return jpeg.ToArray();
    }

    /// <summary>
    /// A valid black progressive JPEG in which each coefficient of each colour has its own scan, up to the number of scans.
    /// </summary>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="scans">1 to 190.</param>
    public static byte[] Progressive(int width, int height, int scans)
    {
        using var jpeg = new MemoryStream();
        jpeg.Write([0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)]);
        jpeg.Write([0xFF, 0xC2, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);

        // One code of one bit: no difference. And codes of four bits: this block and 2^n - 1 more are empty.
        jpeg.Write([0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0]);
        jpeg.Write([0xFF, 0xC4, 0, 34, 0x10, 0, 0, 0, 15, .. new byte[12], .. Enumerable.Range(0, 15).Select(n => (byte)(n << 4))]);
        var blocks = ((width + 7) / 8) * ((height + 7) / 8);
        jpeg.Write([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0, .. new byte[((blocks * 3) + 7) / 8]]);
        for (var scan = 0; scan < scans - 1; scan++)
        {
            var coefficient = (byte)(1 + (scan / 3));
            jpeg.Write([0xFF, 0xDA, 0, 8, 1, (byte)(1 + (scan % 3)), 0, coefficient, coefficient, 0, .. Nothing(blocks)]);
        }

        jpeg.Write([0xFF, 0xD9]);
        return jpeg.ToArray();
    }

    /// <summary>End-of-band codes for this number of blocks.</summary>
    private static List<byte> Nothing(int blocks)
    {
        var bits = new List<bool>();
        while (blocks > 0)
        {
            var n = Math.Min(14, System.Numerics.BitOperations.Log2((uint)blocks));
            var run = Math.Min(blocks, (2 << n) - 1);
            Write(n, 4);
            Write(run - (1 << n), n);
            blocks -= run;
        }

        while (bits.Count % 8 != 0) bits.Add(true);
        var packed = new List<byte>();
        foreach (var eight in bits.Chunk(8))
        {
            packed.Add((byte)eight.Aggregate(0, (sum, bit) => (sum << 1) | (bit ? 1 : 0)));
            if (packed[^1] == 0xFF) packed.Add(0);
        }

        return packed;

        void Write(int value, int length)
        {
            for (var bit = length - 1; bit >= 0; bit--) bits.Add(((value >> bit) & 1) != 0);
        }
    }

    /// <summary>Inserts segments with the same bytes after the first two.</summary>
    public static byte[] WithSegments(byte[] jpeg, byte marker, byte[] payload, int count)
    {
        byte[] segment = [0xFF, marker, (byte)((payload.Length + 2) >> 8), (byte)(payload.Length + 2), .. payload];
        using var whole = new MemoryStream();
        whole.Write(jpeg, 0, 2);
        for (var i = 0; i < count; i++) whole.Write(segment);
        whole.Write(jpeg, 2, jpeg.Length - 2);
        return whole.ToArray();
    }

    /// <summary>Eight by eight pixels of one value, with any number of components, complete to the last bit.</summary>
    public static byte[] WithComponents(int count)
    {
        using var jpeg = new MemoryStream();
        jpeg.Write([0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)]);
        jpeg.Write([0xFF, 0xC0, 0, (byte)(8 + (3 * count)), 8, 0, 8, 0, 8, (byte)count]);
        for (var i = 1; i <= count; i++) jpeg.Write([(byte)i, 0x11, 0]);

        // One code of one bit for each table: no difference, and the end of the block.
        byte[] table = [1, .. new byte[15], 0];
        jpeg.Write([0xFF, 0xC4, 0, 20, 0x00, .. table, 0xFF, 0xC4, 0, 20, 0x10, .. table]);
        for (var i = 1; i <= count; i++) jpeg.Write([0xFF, 0xDA, 0, 8, 1, (byte)i, 0, 0, 63, 0, 0x3F]);
        jpeg.Write([0xFF, 0xD9]);
        return jpeg.ToArray();
    }

    /// <summary>Offset of the payload of the first segment with a marker.</summary>
    public static int PayloadOf(ReadOnlySpan<byte> jpeg, byte marker) => jpeg.IndexOf((ReadOnlySpan<byte>)[0xFF, marker]) + 4;
}
