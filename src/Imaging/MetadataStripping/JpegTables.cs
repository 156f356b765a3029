namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// Checks that a segment has exactly the length that its contents require. libjpeg refuses any other length, and surplus bytes could hide
/// other data.
/// </summary>
internal static class JpegTables
{
    private const int MaxComponents = 4;

    public static bool IsFrame(ReadOnlySpan<byte> payload) =>
        payload.Length >= 6 && payload[5] is > 0 and <= MaxComponents && payload.Length == 6 + (3 * payload[5]);

    public static bool IsScan(ReadOnlySpan<byte> payload) =>
        payload.Length >= 4 && payload[0] is > 0 and <= MaxComponents && payload.Length == 4 + (2 * payload[0]);

    public static bool IsRestartInterval(ReadOnlySpan<byte> payload) => payload.Length == 2;

    public static bool AreArithmetic(ReadOnlySpan<byte> payload) => payload.Length % 2 == 0;

    /// <summary>Each table has 64 numbers of 8 or 16 bits.</summary>
    public static bool AreQuantization(ReadOnlySpan<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            var length = payload[0] >> 4 == 0 ? 65 : 129;
            if (length > payload.Length)
            {
                return false;
            }

            payload = payload[length..];
        }

        return true;
    }

    /// <summary>Each table has an id, the number of codes of each of 16 lengths, and the values of the codes.</summary>
    public static bool AreHuffman(ReadOnlySpan<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            if (payload.Length < 17)
            {
                return false;
            }

            var length = 17;
            foreach (var codes in payload[1..17])
            {
                length += codes;
            }

            if (length > payload.Length)
            {
                return false;
            }

            payload = payload[length..];
        }

        return true;
    }
}
