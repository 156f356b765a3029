using System.Buffers;
using System.Runtime.Intrinsics.X86;

namespace Pipeline.Imaging.Resampling;

/// <summary>Scales one plane of samples down, first its columns, then its rows.</summary>
internal static class PlaneResampler
{
    /// <param name="source">The rows of the plane, without padding.</param>
    /// <param name="width">Samples in a row of the source, at least 32.</param>
    /// <param name="across">Weights of the rows, with <see cref="PlaneRows.NarrowStep"/>.</param>
    /// <param name="down">Weights of the columns, with <see cref="PlaneRows.VerticalStep"/>.</param>
    /// <param name="target">The rows of the smaller plane, without padding.</param>
    public static void Shrink(ReadOnlySpan<byte> source, int width, LanczosWeights across, LanczosWeights down, Span<byte> target)
    {
        var (toWidth, toHeight) = (across.Starts.Length, down.Starts.Length);
        var squeezed = ArrayPool<byte>.Shared.Rent(width);
        for (var y = 0; y < toHeight; y++)
        {
            var rows = source.Slice(down.Start(y) * width, down.Taps * width);
            var narrowed = target.Slice(y * toWidth, toWidth);
            if (Avx2.IsSupported)
            {
                AvxRows.ShrinkVertically(rows, width, down.Of(y), squeezed);
                PlaneRows.Narrow(squeezed.AsSpan(0, width), across, narrowed);
            }
            else
            {
                PortableRows.ShrinkVertically(rows, width, down.Of(y), squeezed);
                PlaneRows.NarrowPortably(squeezed.AsSpan(0, width), across, narrowed);
            }
        }

        ArrayPool<byte>.Shared.Return(squeezed);
    }
}
