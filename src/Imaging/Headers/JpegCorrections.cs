namespace Pipeline.Imaging.Headers;

/// <summary>
/// Corrects values in the segments of a JPEG that decoders ignore, or that libjpeg replaces with a known value. libjpeg warns about them,
/// and the caller cannot distinguish that warning from one about damaged pixels.
/// </summary>
internal static class JpegCorrections
{
    private const byte YCbCr = 1;
    private const byte Ycck = 2;

    /// <returns>The corrected payload; null if there is nothing to correct.</returns>
    public static byte[]? Correct(byte marker, ReadOnlySpan<byte> payload, JpegFrame frame) => marker switch
    {
        0xE0 when payload.Length >= 14 && payload.StartsWith("JFIF\0"u8) && payload[5] != 1 => With(payload, 5, 1, 2),
        0xEE when payload.Length >= 12 && payload.StartsWith("Adobe"u8) && Transform(payload[11], frame) is var transform
            && transform != payload[11] => With(payload, 11, transform),
        JpegReader.StartOfScan when frame.IsSequential && payload is [.., var start, var end, var bits]
            && (start, end, bits) != (0, 63, 0) => With(payload, payload.Length - 3, 0, 63, 0),
        _ => null,
    };

    /// <summary>Returns the colour transform that libjpeg assumes for an unknown one.</summary>
    private static byte Transform(byte transform, JpegFrame frame) => (frame.Components, transform) switch
    {
        (3, > YCbCr) => YCbCr,
        (4, not (0 or Ycck)) => Ycck,
        _ => transform,
    };

    private static byte[] With(ReadOnlySpan<byte> payload, int at, params ReadOnlySpan<byte> values)
    {
        var corrected = payload.ToArray();
        values.CopyTo(corrected.AsSpan(at));
        return corrected;
    }
}
