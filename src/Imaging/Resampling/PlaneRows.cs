using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pipeline.Imaging.Resampling;

/// <summary>The inner loop of <see cref="PlaneResampler"/>: reduces a row of single samples to a shorter one.</summary>
internal static unsafe class PlaneRows
{
    public const int VerticalStep = AvxRows.VerticalStep;

    /// <summary>Samples that <see cref="Narrow"/> multiplies at once.</summary>
    public const int NarrowStep = 16;

    /// <summary>Samples that <see cref="Narrow"/> makes at once; the shortest target row.</summary>
    public const int Block = 8;

    private const int Half = 1 << (LanczosWeights.FractionBits - 1);

    /// <param name="source">The row.</param>
    /// <param name="across">With <see cref="NarrowStep"/>.</param>
    /// <param name="target">At least <see cref="Block"/> samples.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(ReadOnlySpan<byte> source, LanczosWeights across, Span<byte> target)
    {
        var taps = across.Taps;
        var starts = across.Starts;
        if (taps % NarrowStep != 0 || source.Length < starts[^1] + taps || target.Length < starts.Length || starts.Length < Block)
        {
            throw new ArgumentException("The row is too short.", nameof(source));
        }

        fixed (byte* from = source, to = target)
        fixed (int* start = starts)
        fixed (short* weights = across.Weights)
        {
            for (var x = 0; x < starts.Length; x += Block)
            {
                // The last block overlaps the previous one, so that it ends exactly at the end of the row.
                var first = Math.Min(x, starts.Length - Block);
                var left = Sums(from, start + first, weights + (first * taps), taps);
                var right = Sums(from, start + first + 4, weights + ((first + 4) * taps), taps);
                var words = Sse2.PackSignedSaturate(left, right);
                *(ulong*)(to + first) = Sse2.PackUnsignedSaturate(words, words).AsUInt64().ToScalar();
            }
        }
    }

    /// <summary>The same for processors without AVX2, bit-identical.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NarrowPortably(ReadOnlySpan<byte> source, LanczosWeights across, Span<byte> target)
    {
        for (var x = 0; x < across.Starts.Length; x++)
        {
            var weights = across.Of(x);
            var samples = source.Slice(across.Starts[x], weights.Length);
            var sum = Half;
            for (var k = 0; k < weights.Length; k++)
            {
                sum += samples[k] * weights[k];
            }

            target[x] = (byte)Math.Clamp(sum >> LanczosWeights.FractionBits, 0, 255);
        }
    }

    /// <summary>Four samples, not clamped yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sums(byte* from, int* start, short* weights, int taps)
    {
        var (a, b) = (Sum(from + start[0], weights, taps), Sum(from + start[1], weights + taps, taps));
        var (c, d) = (Sum(from + start[2], weights + (2 * taps), taps), Sum(from + start[3], weights + (3 * taps), taps));
        var halves = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return Sse2.ShiftRightArithmetic(Sse2.Add(Sse2.Add(halves.GetLower(), halves.GetUpper()), Vector128.Create(Half)), LanczosWeights.FractionBits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sum(byte* samples, short* weights, int taps)
    {
        var sum = Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(samples), Vector256.Load(weights));
        for (var k = NarrowStep; k < taps; k += NarrowStep)
        {
            sum = Avx2.Add(sum, Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(samples + k), Vector256.Load(weights + k)));
        }

        return sum;
    }
}
