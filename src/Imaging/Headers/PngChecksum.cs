namespace Pipeline.Imaging.Headers;

/// <summary>The CRC-32 at the end of each chunk of a PNG.</summary>
internal static class PngChecksum
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Step((uint)value))];

    /// <param name="nameAndData">The chunk without its length.</param>
    public static uint Of(ReadOnlySpan<byte> nameAndData)
    {
        var crc = uint.MaxValue;
        foreach (var value in nameAndData)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint Step(uint crc)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
        }

        return crc;
    }
}
