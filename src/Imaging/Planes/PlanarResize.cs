using Pipeline.Imaging.Resampling;

namespace Pipeline.Imaging.Planes;

/// <summary>Scales photos down plane by plane (Lanczos 3); the result has one sample of colour for each 2 × 2 pixels.</summary>
internal static class PlanarResize
{
    /// <summary>Above it the fixed-point weights of so many taps become too coarse.</summary>
    private const double MaxScale = 8;

    /// <summary>The vector code processes this many samples of a row at once.</summary>
    private const int MinLength = 32;

    /// <summary>True if <see cref="To"/> can do it; other images are resized as RGB.</summary>
    /// <param name="image">Size of the image.</param>
    /// <param name="across">As <see cref="PlanarImage.Across"/>.</param>
    /// <param name="down">As <see cref="PlanarImage.Down"/>.</param>
    /// <param name="target">The size to scale to.</param>
    public static bool Supports((int Width, int Height) image, int across, int down, (int Width, int Height) target) =>
        Supports(image.Width, across, target.Width) && Supports(image.Height, down, target.Height);

    /// <param name="image">Not changed.</param>
    /// <param name="width">At most the width of the image.</param>
    /// <param name="height">At most the height of the image.</param>
    /// <param name="turn">
    /// The turn that follows. An image of odd length that is mirrored has its last pixel first, so the pairs that share a sample of colour begin
    /// one pixel earlier.
    /// </param>
    public static PlanarImage To(PlanarImage image, int width, int height, PlanarTurn turn = default)
    {
        var target = PlanarImage.Allocate(width, height);
        for (var plane = 0; plane < PlanarImage.Count; plane++)
        {
            var across = Weights(plane, image.Width, width, image.Across, turn.MirrorsRows, PlaneRows.NarrowStep);
            var down = Weights(plane, image.Height, height, image.Down, turn.MirrorsColumns, PlaneRows.VerticalStep);
            if (across is null && down is null)
            {
                image.Plane(plane).CopyTo(target.Plane(plane));
            }
            else
            {
                PlaneResampler.Shrink(
                    image.Plane(plane), image.WidthOf(plane),
                    across ?? new LanczosWeights(image.WidthOf(plane), target.WidthOf(plane), PlaneRows.NarrowStep),
                    down ?? new LanczosWeights(image.HeightOf(plane), target.HeightOf(plane), PlaneRows.VerticalStep), target.Plane(plane));
            }
        }

        return target;
    }

    private static bool Supports(int length, int shared, int target)
    {
        var scale = 2.0 * length / target / shared;
        var samples = (length + shared - 1) / shared;
        return target <= length && scale <= MaxScale && target / 2 >= PlaneRows.Block && samples >= MinLength
            && samples >= LanczosWeights.TapsFor(scale, PlaneRows.NarrowStep)
            && length >= LanczosWeights.TapsFor((double)length / target, PlaneRows.NarrowStep);
    }

    /// <summary>Returns null if the samples stay as they are.</summary>
    private static LanczosWeights? Weights(int plane, int length, int target, int shared, bool isMirrored, int step)
    {
        if (plane == 0)
        {
            return length == target ? null : new LanczosWeights(length, target, step);
        }

        // A sample of colour lies in the middle of its pixels, so its place follows from theirs.
        var scale = 2.0 * length / target / shared;
        var shift = isMirrored && target % 2 == 1 ? -0.5 : 0;
        return scale == 1 && shift == 0 && length == target
            ? null
            : new LanczosWeights((length + shared - 1) / shared, (target + 1) / 2, step, scale, shift);
    }
}
