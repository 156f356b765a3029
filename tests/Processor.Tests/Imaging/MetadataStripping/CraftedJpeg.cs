namespace Pipeline.Processor.Tests.Imaging.MetadataStripping;

/// <summary>Writes JPEGs segment by segment, in forms that the available encoders do not write.</summary>
internal static class CraftedJpeg
{
    public static byte[] Segment(byte marker, ReadOnlySpan<byte> payload) =>
        [0xFF, marker, (byte)((payload.Length + 2) >> 8), (byte)(payload.Length + 2), .. payload];

    /// <summary>Inserts segments or stray bytes right after the start of the image.</summary>
    public static byte[] WithFirst(byte[] jpeg, params ReadOnlySpan<byte> bytes) => [.. jpeg[..2], .. bytes, .. jpeg[2..]];

    /// <summary>Inserts bytes before each scan except the first one.</summary>
    public static byte[] WithBetweenScans(byte[] jpeg, ReadOnlySpan<byte> bytes)
    {
        var result = new List<byte>();
        var scans = 0;
        for (var i = 0; i < jpeg.Length; i++)
        {
            // A stuffed prefix is followed by a zero, so this is a marker unless it is inside a segment, which does not occur in these images.
            if (jpeg[i] == 0xFF && i + 1 < jpeg.Length && jpeg[i + 1] == 0xDA && scans++ > 0)
            {
                result.AddRange(bytes);
            }

            result.Add(jpeg[i]);
        }

        scans.ShouldBeGreaterThan(1);
        return [.. result];
    }

    /// <summary>A grey picture of 128 × 64 with a restart marker after every second block.</summary>
    public static byte[] WithRestarts()
    {
        const int Blocks = 128;
        var random = new Random(5);
        var pixels = new List<byte>();
        for (var block = 0; block < Blocks; block += 2)
        {
            // Two blocks, each: a code for a difference of five bits, the difference, a code for the end of the block. Then padding.
            var bits = 0u;
            for (var i = 0; i < 2; i++)
            {
                bits = (bits << 8) | (0b10 << 6) | ((uint)random.Next(32) << 1);
            }

            AddStuffed(pixels, (byte)(bits >> 8));
            AddStuffed(pixels, (byte)bits);
            if (block < Blocks - 2)
            {
                pixels.AddRange([0xFF, (byte)(0xD0 + (block / 2 % 8))]);
            }
        }

        return
        [
            0xFF, 0xD8, .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)16, 64)]), .. Segment(0xC0, [8, 0, 64, 0, 128, 1, 1, 0x11, 0]),
            .. Segment(0xC4, [0, 1, 1, .. new byte[14], 0, 5]), .. Segment(0xC4, [0x10, 1, .. new byte[15], 0]),
            .. Segment(0xDD, [0, 2]), .. Segment(0xDA, [1, 1, 0, 0, 63, 0]), .. pixels, 0xFF, 0xD9,
        ];
    }

    private static void AddStuffed(List<byte> pixels, byte value)
    {
        pixels.Add(value);
        if (value == 0xFF)
        {
            pixels.Add(0);
        }
    }
}
