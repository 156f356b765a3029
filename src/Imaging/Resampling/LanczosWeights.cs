namespace Pipeline.Imaging.Resampling;

/// <summary>
/// Weights of the source pixels of each target pixel, by a Lanczos kernel with three lobes. They are fixed-point, because integers give the
/// same bytes on every machine.
/// </summary>
internal sealed class LanczosWeights
{
    /// <summary>The weights of a target pixel add up to 1 &lt;&lt; <c>FractionBits</c>.</summary>
    public const int FractionBits = 14;

    private const int Lobes = 3;
    private readonly int[] _starts;
    private readonly short[] _weights;

    /// <param name="source">Length of the source side in pixels; at least <see cref="TapsFor(int, int, int)"/>.</param>
    /// <param name="target">Length of the target side in pixels.</param>
    /// <param name="step">Number of taps that the inner loop processes at once; a power of two.</param>
    public LanczosWeights(int source, int target, int step)
        : this(source, target, step, (double)source / target, shift: 0)
    {
    }

    /// <param name="source">Length of the source side in pixels; at least <see cref="TapsFor(double, int)"/>.</param>
    /// <param name="target">Length of the target side in pixels.</param>
    /// <param name="step">Number of taps that the inner loop processes at once; a power of two.</param>
    /// <param name="scale">Source pixels for each target pixel.</param>
    /// <param name="shift">Target pixels by which the whole target is moved.</param>
    public LanczosWeights(int source, int target, int step, double scale, double shift)
    {
        Taps = TapsFor(scale, step);
        _starts = new int[target];
        _weights = new short[target * Taps];
        for (var i = 0; i < target; i++)
        {
            Fill(i, source, (i + 0.5 + shift) * scale, Math.Max(1, scale));
        }
    }

    /// <summary>Source pixels for each target pixel; a multiple of the step, padded with weights of zero.</summary>
    public int Taps { get; }

    public static int TapsFor(int source, int target, int step) => TapsFor((double)source / target, step);

    /// <param name="scale">Source pixels for each target pixel.</param>
    /// <param name="step">As in the constructor.</param>
    public static int TapsFor(double scale, int step) => ((int)Math.Ceiling(2 * Lobes * Math.Max(1, scale)) + step - 1) & -step;

    /// <summary>The first source pixel of a target pixel; all taps from there lie inside the source.</summary>
    public int Start(int target) => _starts[target];

    /// <summary>The starts of all target pixels.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>The weights of all target pixels, one after the other.</summary>
    public ReadOnlySpan<short> Weights => _weights;

    public ReadOnlySpan<short> Of(int target) => _weights.AsSpan(target * Taps, Taps);

    private void Fill(int target, int source, double centre, double stretch)
    {
        // Skip the pixels exactly at the ends of the kernel, where the weight is zero.
        var first = Math.Max(0, (int)Math.Floor(centre - (Lobes * stretch) - 0.5) + 1);
        var start = Math.Min(first, source - Taps);
        var end = Math.Min(start + Taps, (int)Math.Ceiling(centre + (Lobes * stretch) - 0.5));
        _starts[target] = start;

        Span<double> exact = stackalloc double[Taps];
        exact.Clear();
        double sum = 0;
        for (var k = first; k < end; k++)
        {
            exact[k - start] = Kernel((k + 0.5 - centre) / stretch);
            sum += exact[k - start];
        }

        var weights = _weights.AsSpan(target * Taps, Taps);
        var (rest, largest) = (1 << FractionBits, 0);
        for (var k = 0; k < Taps; k++)
        {
            weights[k] = (short)Math.Round(exact[k] / sum * (1 << FractionBits));
            rest -= weights[k];
            largest = weights[k] > weights[largest] ? k : largest;
        }

        // Add the sum of all rounding errors to the largest weight; otherwise a uniform area would change its brightness.
        weights[largest] += (short)rest;
    }

    private static double Kernel(double x)
    {
        if (Math.Abs(x) < 1e-9)
        {
            return 1;
        }

        return Math.Abs(x) >= Lobes ? 0 : Lobes * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / Lobes) / (Math.PI * Math.PI * x * x);
    }
}
