namespace Pipeline.Imaging.Fingerprints;

/// <summary>
/// A 64-bit hash that hardly changes when an image is scaled, recompressed or slightly recoloured. It has one bit for each of the 8 × 8
/// lowest frequencies (DCT) of brightness, set if the coefficient is above their median. The more bits of two hashes differ, the less alike
/// the images are; up to about 6 is a duplicate.
/// </summary>
internal static class PerceptualHash
{
    private const int Side = 32;
    private const int Waves = 8;

    /// <summary>
    /// In 1/255 of brightness. If all coefficients but the first are below it, the image is one flat colour, and rounding errors would set
    /// the bits.
    /// </summary>
    private const double Flat = 0.5;

    private static readonly double[,] Cosines = MakeCosines();

    /// <summary>Returns 16 lower-case hex digits; null for an image of one colour, which would match every other such image.</summary>
    public static string? Of(Bitmap bitmap)
    {
        var waves = Transform(Brightness(bitmap));
        if (waves.Skip(1).Max(Math.Abs) < Flat)
        {
            return null;
        }

        var median = waves.Skip(1).Order().ElementAt((waves.Length - 1) / 2);
        return waves.Aggregate(0UL, (bits, wave) => (bits << 1) | (wave > median ? 1UL : 0)).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Averages the pixels in each field of a 32 × 32 grid; transparent pixels are blended with white.</summary>
    private static double[,] Brightness(Bitmap bitmap)
    {
        var fields = new double[Side, Side];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                fields[y, x] = Mean(bitmap, Part(x, bitmap.Width), Part(y, bitmap.Height));
            }
        }

        return fields;
    }

    private static (int From, int To) Part(int index, int length)
    {
        var from = index * length / Side;
        return (from, Math.Max(from + 1, (index + 1) * length / Side));
    }

    private static double Mean(Bitmap bitmap, (int From, int To) across, (int From, int To) down)
    {
        double sum = 0;
        for (var y = down.From; y < down.To; y++)
        {
            var row = bitmap.Row(y);
            for (var p = across.From * bitmap.Bands; p < across.To * bitmap.Bands; p += bitmap.Bands)
            {
                var light = (0.299 * row[p]) + (0.587 * row[p + 1]) + (0.114 * row[p + 2]);
                var alpha = bitmap.HasAlpha ? row[p + 3] / 255.0 : 1;
                sum += (light * alpha) + (255 * (1 - alpha));
            }
        }

        return sum / ((across.To - across.From) * (down.To - down.From));
    }

    private static double[] Transform(double[,] fields)
    {
        var waves = new double[Waves * Waves];
        for (var v = 0; v < Waves; v++)
        {
            for (var u = 0; u < Waves; u++)
            {
                double sum = 0;
                for (var y = 0; y < Side; y++)
                {
                    for (var x = 0; x < Side; x++)
                    {
                        sum += fields[y, x] * Cosines[u, x] * Cosines[v, y];
                    }
                }

                waves[(v * Waves) + u] = sum / (Side * Side);
            }
        }

        return waves;
    }

    private static double[,] MakeCosines()
    {
        var cosines = new double[Waves, Side];
        for (var wave = 0; wave < Waves; wave++)
        {
            for (var i = 0; i < Side; i++)
            {
                cosines[wave, i] = Math.Cos(Math.PI * wave * (i + 0.5) / Side);
            }
        }

        return cosines;
    }
}
