namespace Pipeline.Bench.Imaging.Quality;

/// <summary>The similarity of two pictures.</summary>
internal static class Similarity
{
    private const double Peak = 255;
    private const double C1 = 0.01 * Peak * 0.01 * Peak;
    private const double C2 = 0.03 * Peak * 0.03 * Peak;

    // 11 pixels wide with a deviation of 1.5, as in the original paper (Wang and others, 2004).
    private static readonly double[] Window = Normal(11, 1.5);

    /// <summary>Mean structural similarity of brightness; 1 is the same.</summary>
    public static double Ssim(Picture one, Picture other)
    {
        var (width, height) = (one.Width, one.Height);
        var (a, b) = (one.Luma(), other.Luma());
        var maps = new double[5][];
        Parallel.For(0, maps.Length, map => maps[map] = Blur(map switch
        {
            0 => a,
            1 => b,
            2 => Product(a, a),
            3 => Product(b, b),
            _ => Product(a, b),
        }, width, height));

        double sum = 0;
        for (var i = 0; i < maps[0].Length; i++)
        {
            var (meanA, meanB) = (maps[0][i], maps[1][i]);
            var (varianceA, varianceB, covariance) = (maps[2][i] - (meanA * meanA), maps[3][i] - (meanB * meanB), maps[4][i] - (meanA * meanB));
            sum += ((2 * meanA * meanB) + C1) * ((2 * covariance) + C2) / (((meanA * meanA) + (meanB * meanB) + C1) * (varianceA + varianceB + C2));
        }

        return sum / maps[0].Length;
    }

    /// <summary>In decibels, over all three channels.</summary>
    public static double Psnr(Picture one, Picture other) =>
        10 * Math.Log10(Peak * Peak / one.Values.Zip(other.Values, (a, b) => (a - b) * (a - b)).Average());

    // Only where the whole window is inside the picture.
    private static double[] Blur(double[] plane, int width, int height)
    {
        var (across, down) = (width - Window.Length + 1, height - Window.Length + 1);
        var rows = new double[across * height];
        for (var y = 0; y < height; y++)
            for (var k = 0; k < Window.Length; k++) Add(plane.AsSpan((y * width) + k, across), Window[k], rows.AsSpan(y * across, across));

        var result = new double[across * down];
        for (var y = 0; y < down; y++)
            for (var k = 0; k < Window.Length; k++) Add(rows.AsSpan((y + k) * across, across), Window[k], result.AsSpan(y * across, across));

        return result;
    }

    private static void Add(ReadOnlySpan<double> source, double weight, Span<double> target)
    {
        for (var x = 0; x < target.Length; x++) target[x] += weight * source[x];
    }

    private static double[] Product(double[] one, double[] other) => [.. one.Zip(other, (a, b) => a * b)];

    private static double[] Normal(int length, double deviation)
    {
        var raw = Enumerable.Range(0, length).Select(i => Math.Exp(-Math.Pow(i - ((length - 1) / 2.0), 2) / (2 * deviation * deviation))).ToArray();
        return [.. raw.Select(weight => weight / raw.Sum())];
    }
}
