using System.Runtime.Intrinsics;

namespace Pipeline.Imaging.Planes;

/// <summary>
/// Copies planes of a JPEG, whose samples use all values, into those of a WebP, which leave a margin: 16 to 235 for brightness, 16 to 240 for
/// colour (BT.601).
/// </summary>
internal static unsafe class VideoRange
{
    private const int Full = 255;
    private const int BrightnessRange = 219;
    private const int ColourRange = 224;
    private const int Margin = 16;
    private const int Grey = 128;

    /// <param name="from">Rows without padding.</param>
    /// <param name="width">Samples in a row.</param>
    /// <param name="to">The first sample of the target.</param>
    /// <param name="stride">Samples from one row of the target to the next.</param>
    public static void Brightness(ReadOnlySpan<byte> from, int width, byte* to, int stride) =>
        Copy(from, width, to, stride, BrightnessRange, Margin * Full);

    /// <inheritdoc cref="Brightness" />
    public static void Colour(ReadOnlySpan<byte> from, int width, byte* to, int stride) =>
        Copy(from, width, to, stride, ColourRange, Grey * (Full - ColourRange));

    private static void Copy(ReadOnlySpan<byte> from, int width, byte* to, int stride, ushort range, int offset)
    {
        // Half a step for rounding, and the first part of an exact division by 255.
        var add = (ushort)(offset + (Full / 2) + 1);
        for (; from.Length >= width && width > 0; from = from[width..], to += stride)
        {
            var row = from[..width];
            var x = 0;
            for (; x <= width - Vector256<byte>.Count; x += Vector256<byte>.Count)
            {
                var samples = Vector256.Create(row[x..]);
                Vector256.Narrow(Scale(Vector256.WidenLower(samples), range, add), Scale(Vector256.WidenUpper(samples), range, add)).Store(to + x);
            }

            for (; x < width; x++)
            {
                var scaled = (row[x] * range) + add;
                to[x] = (byte)((scaled + (scaled >> 8)) >> 8);
            }
        }
    }

    // All sums fit into 16 bits: the largest is 61,454.
    private static Vector256<ushort> Scale(Vector256<ushort> samples, ushort range, ushort add)
    {
        var scaled = (samples * Vector256.Create(range)) + Vector256.Create(add);
        return (scaled + (scaled >> 8)) >> 8;
    }
}
