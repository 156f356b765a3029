using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pipeline.Imaging.Resampling;

/// <summary>
/// Same as <see cref="AvxRows"/>, for processors without AVX2. It is slower but gives bit-identical results, so that all machines of a
/// fleet write the same bytes under the same names.
/// </summary>
internal static unsafe class PortableRows
{
    private const int Half = 1 << (LanczosWeights.FractionBits - 1);

    /// <inheritdoc cref="AvxRows.ShrinkVertically" />
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ShrinkVertically(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<short> weights, Span<byte> target)
    {
        if (stride < Vector128<ushort>.Count || rows.Length < weights.Length * stride || target.Length < stride)
        {
            throw new ArgumentException("There are fewer rows than weights.", nameof(rows));
        }

        fixed (byte* from = rows)
        {
            for (var x = 0; x < stride; x += Vector128<ushort>.Count)
            {
                // The last block overlaps the previous one, so that it ends exactly at the end of the row.
                var column = Math.Min(x, stride - Vector128<ushort>.Count);
                var (low, high) = (Vector128.Create(Half), Vector128.Create(Half));
                for (var k = 0; k < weights.Length; k++)
                {
                    var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)(from + (k * stride) + column)).AsByte()).AsInt16();
                    low += Vector128.WidenLower(words) * weights[k];
                    high += Vector128.WidenUpper(words) * weights[k];
                }

                for (var i = 0; i < 4; i++)
                {
                    target[column + i] = Clamp(low[i]);
                    target[column + 4 + i] = Clamp(high[i]);
                }
            }
        }
    }

    /// <inheritdoc cref="AvxRows.Narrow" />
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(ReadOnlySpan<byte> source, LanczosWeights across, Span<byte> target)
    {
        var taps = across.Taps;
        for (var x = 0; x < across.Starts.Length; x++)
        {
            var pixels = source.Slice(across.Starts[x] * 3, taps * 3);
            var weights = across.Of(x);
            var (red, green, blue) = (Half, Half, Half);
            for (var k = 0; k < weights.Length; k++)
            {
                red += pixels[k * 3] * weights[k];
                green += pixels[(k * 3) + 1] * weights[k];
                blue += pixels[(k * 3) + 2] * weights[k];
            }

            target[x * 3] = Clamp(red);
            target[(x * 3) + 1] = Clamp(green);
            target[(x * 3) + 2] = Clamp(blue);
        }
    }

    private static byte Clamp(int sum) => (byte)Math.Clamp(sum >> LanczosWeights.FractionBits, 0, 255);
}
