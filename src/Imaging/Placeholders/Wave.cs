namespace Pipeline.Imaging.Placeholders;

/// <summary>A plane of values as its mean and its lowest cosine waves.</summary>
/// <param name="Mean">Mean of all values.</param>
/// <param name="Waves">Row by row, each 0–1: 0.5 means amplitude zero, 0 or 1 the strongest amplitude.</param>
/// <param name="Strongest">Amplitude of the strongest wave.</param>
internal sealed record Wave(double Mean, double[] Waves, double Strongest)
{
    /// <summary>Cosine transform; keeps only the waves in the triangle below (<paramref name="across"/>, <paramref name="down"/>).</summary>
    public static Wave Transform(double[] plane, int width, int height, int across, int down)
    {
        var waves = new List<double>();
        for (var y = 0; y < down; y++)
        {
            for (var x = 0; x * down < across * (down - y); x++)
            {
                waves.Add(Amplitude(plane, Cosines(width, x), Cosines(height, y)));
            }
        }

        var strongest = waves.Skip(1).Max(Math.Abs);
        return new Wave(waves[0], [.. waves.Skip(1).Select(wave => strongest == 0 ? wave : 0.5 + (0.5 / strongest * wave))], strongest);
    }

    private static double[] Cosines(int length, int wave)
    {
        var cosines = new double[length];
        for (var i = 0; i < length; i++)
        {
            cosines[i] = Math.Cos(Math.PI / length * wave * (i + 0.5));
        }

        return cosines;
    }

    private static double Amplitude(double[] plane, double[] horizontal, double[] vertical)
    {
        double sum = 0;
        for (var y = 0; y < vertical.Length; y++)
        {
            for (var x = 0; x < horizontal.Length; x++)
            {
                sum += plane[(y * horizontal.Length) + x] * horizontal[x] * vertical[y];
            }
        }

        return sum / plane.Length;
    }
}
