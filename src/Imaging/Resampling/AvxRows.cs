using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pipeline.Imaging.Resampling;

/// <summary>The two inner loops of <see cref="RgbResampler"/> in AVX2. Both multiply pairs of 16-bit numbers and sum them in 32 bits.</summary>
/// <remarks>Fully optimised at once: with tiered compilation, one image would be finished before the optimised code exists.</remarks>
internal static unsafe class AvxRows
{
    /// <summary>Rows that <see cref="ShrinkVertically"/> processes at once.</summary>
    public const int VerticalStep = 2;

    /// <summary>Pixels that <see cref="Narrow"/> processes at once.</summary>
    public const int NarrowStep = 4;

    private const int Half = 1 << (LanczosWeights.FractionBits - 1);
    private const byte Zero = 0x80;

    /// <summary>Shuffles the first two of four RGB pixels to r r g g b b – – in 16 bits, the last two likewise into the upper half.</summary>
    private static Vector256<byte> PairUp => Vector256.Create(
        0, Zero, 3, Zero, 1, Zero, 4, Zero, 2, Zero, 5, Zero, Zero, Zero, Zero, Zero,
        6, Zero, 9, Zero, 7, Zero, 10, Zero, 8, Zero, 11, Zero, Zero, Zero, Zero, Zero);

    /// <summary>Copies the first pair of weights to the lower half and the second pair to the upper half.</summary>
    private static Vector256<int> Spread => Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1);

    /// <summary>Reduces several rows to one: each byte is the weighted sum of the bytes in its column.</summary>
    /// <param name="rows">One row for each weight, each <paramref name="stride"/> bytes long; at least 32 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ShrinkVertically(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<short> weights, Span<byte> target)
    {
        if (stride < Vector256<byte>.Count || rows.Length < weights.Length * stride || target.Length < stride)
        {
            throw new ArgumentException("There are fewer rows than weights.", nameof(rows));
        }

        fixed (byte* from = rows, to = target)
        fixed (short* weight = weights)
        {
            for (var x = 0; x < stride; x += Vector256<byte>.Count)
            {
                // The last block overlaps the previous one, so that it ends exactly at the end of the row.
                var column = Math.Min(x, stride - Vector256<byte>.Count);
                ShrinkBlock(from + column, stride, weight, weights.Length).Store(to + column);
            }
        }
    }

    /// <summary>Reduces a row to a shorter one.</summary>
    /// <param name="source">The row, with at least four readable bytes after its last pixel.</param>
    /// <param name="target">The shorter row, with at least one writable byte after its last pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(ReadOnlySpan<byte> source, LanczosWeights across, Span<byte> target)
    {
        var taps = across.Taps;
        var starts = across.Starts;
        if (source.Length < ((starts[^1] + taps) * 3) + 4 || target.Length <= starts.Length * 3)
        {
            throw new ArgumentException("The row is too short.", nameof(source));
        }

        // One method with its constants in registers is three times as fast as one method call for each pixel.
        var (pairUp, spread, half) = (PairUp, Spread, Vector128.Create(Half));
        fixed (byte* from = source, to = target)
        fixed (int* start = starts)
        fixed (short* weights = across.Weights)
        {
            var weight = weights;
            var result = to;
            for (var x = 0; x < starts.Length; x++, result += 3)
            {
                var pixels = from + (start[x] * 3);
                var sum = Vector256<int>.Zero;
                for (var end = weight + taps; weight < end; weight += NarrowStep, pixels += NarrowStep * 3)
                {
                    var four = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(pixels), pairUp).AsInt16();
                    var both = Avx2.PermuteVar8x32(Avx2.BroadcastScalarToVector256((long*)weight).AsInt32(), spread).AsInt16();
                    sum = Avx2.Add(sum, Avx2.MultiplyAddAdjacent(four, both));
                }

                var whole = Sse2.Add(Sse2.Add(sum.GetLower(), sum.GetUpper()), half);
                var colour = Sse2.ShiftRightArithmetic(whole, LanczosWeights.FractionBits);
                var words = Sse2.PackSignedSaturate(colour, colour);

                // The fourth byte spills into the next pixel, which is written after this one.
                *(uint*)result = Sse2.PackUnsignedSaturate(words, words).AsUInt32().ToScalar();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> ShrinkBlock(byte* column, int stride, short* weights, int taps)
    {
        var (a, b, c, d) = (Vector256.Create(Half), Vector256.Create(Half), Vector256.Create(Half), Vector256.Create(Half));
        for (var k = 0; k < taps; k += VerticalStep, column += VerticalStep * stride)
        {
            var pair = Vector256.Create(*(int*)(weights + k)).AsInt16();
            var upper = Vector256.Load(column);
            var lower = Vector256.Load(column + stride);
            var low = Avx2.UnpackLow(upper, lower);
            var high = Avx2.UnpackHigh(upper, lower);
            a += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(low, Vector256<byte>.Zero).AsInt16(), pair);
            b += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(low, Vector256<byte>.Zero).AsInt16(), pair);
            c += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(high, Vector256<byte>.Zero).AsInt16(), pair);
            d += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(high, Vector256<byte>.Zero).AsInt16(), pair);
        }

        return Avx2.PackUnsignedSaturate(
            Avx2.PackSignedSaturate(a >> LanczosWeights.FractionBits, b >> LanczosWeights.FractionBits),
            Avx2.PackSignedSaturate(c >> LanczosWeights.FractionBits, d >> LanczosWeights.FractionBits));
    }
}
