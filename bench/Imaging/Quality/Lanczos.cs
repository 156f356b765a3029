namespace Pipeline.Bench.Imaging.Quality;

/// <summary>Makes the reference picture: a Lanczos kernel of three lobes in double precision, from all pixels of the photo.</summary>
internal static class Lanczos
{
    private const int Lobes = 3;

    public static Picture Resize(Picture picture, int width, int height)
    {
        var across = Kernels(picture.Width, width);
        var narrow = new double[width * picture.Height * Picture.Bands];
        Parallel.For(0, picture.Height, y => Row(picture.Values.AsSpan(y * picture.Width * Picture.Bands), across, narrow.AsSpan(y * width * Picture.Bands)));

        var down = Kernels(picture.Height, height);
        var stride = width * Picture.Bands;
        var result = new double[stride * height];
        Parallel.For(0, height, y =>
        {
            var target = result.AsSpan(y * stride, stride);
            var (first, weights) = down[y];
            for (var k = 0; k < weights.Length; k++)
            {
                var source = narrow.AsSpan((first + k) * stride, stride);
                for (var x = 0; x < stride; x++) target[x] += weights[k] * source[x];
            }

            // The kernel overshoots white and black, so clamp the values.
            foreach (ref var value in target) value = Math.Clamp(value, 0, 255);
        });
        return new Picture(width, height, result);
    }

    private static void Row(ReadOnlySpan<double> source, (int First, double[] Weights)[] kernels, Span<double> target)
    {
        for (var x = 0; x < kernels.Length; x++)
        {
            var (first, weights) = kernels[x];
            double red = 0, green = 0, blue = 0;
            for (int k = 0, p = first * Picture.Bands; k < weights.Length; k++, p += Picture.Bands)
            {
                red += weights[k] * source[p];
                green += weights[k] * source[p + 1];
                blue += weights[k] * source[p + 2];
            }

            (target[x * Picture.Bands], target[(x * Picture.Bands) + 1], target[(x * Picture.Bands) + 2]) = (red, green, blue);
        }
    }

    private static (int First, double[] Weights)[] Kernels(int source, int target)
    {
        var scale = (double)source / target;
        var reach = Lobes * Math.Max(1, scale);
        return [.. Enumerable.Range(0, target).Select(i =>
        {
            var centre = ((i + 0.5) * scale) - 0.5;
            var (first, last) = (Math.Max(0, (int)Math.Ceiling(centre - reach)), Math.Min(source - 1, (int)Math.Floor(centre + reach)));
            var raw = Enumerable.Range(first, last - first + 1).Select(k => Sinc(k - centre, scale) * Sinc((k - centre) / Lobes, scale)).ToArray();
            var sum = raw.Sum();
            return (first, raw.Select(weight => weight / sum).ToArray());
        })];
    }

    private static double Sinc(double distance, double scale)
    {
        var x = Math.PI * distance / Math.Max(1, scale);
        return x == 0 ? 1 : Math.Sin(x) / x;
    }
}
