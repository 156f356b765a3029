namespace Pipeline.Imaging.Placeholders;

/// <summary>
/// ThumbHash by Evan Wallace: the few lowest frequencies of brightness, two colour axes and alpha, in about 25 bytes. Each component
/// is a mean and some waves; a wave is stored in 4 bits, in proportion to the strongest wave of its component.
/// </summary>
internal static class ThumbHash
{
    /// <summary>Longest side in pixels; a larger image costs more and does not improve the hash.</summary>
    public const int MaxSide = 100;

    public static byte[] Of(Bitmap bitmap)
    {
        if (Math.Max(bitmap.Width, bitmap.Height) > MaxSide)
        {
            throw new ArgumentException($"No side may be longer than {MaxSide}.", nameof(bitmap));
        }

        var planes = ThumbHashPlanes.Of(bitmap);
        var (width, height, longest) = (bitmap.Width, bitmap.Height, (double)Math.Max(bitmap.Width, bitmap.Height));

        // With alpha, fewer waves are left for brightness, because alpha uses some of the bytes.
        var most = planes.HasAlpha ? 5 : 7;
        var across = Math.Max(1, Round(most * width / longest));
        var down = Math.Max(1, Round(most * height / longest));
        var light = Wave.Transform(planes.Light, width, height, Math.Max(3, across), Math.Max(3, down));
        var yellow = Wave.Transform(planes.YellowBlue, width, height, 3, 3);
        var red = Wave.Transform(planes.RedGreen, width, height, 3, 3);
        var alpha = planes.HasAlpha ? Wave.Transform(planes.Alpha, width, height, 5, 5) : null;

        var wide = width > height;
        var means = Round(63 * light.Mean) | (Round(31.5 + (31.5 * yellow.Mean)) << 6) | (Round(31.5 + (31.5 * red.Mean)) << 12)
            | (Round(31 * light.Strongest) << 18) | (planes.HasAlpha ? 1 << 23 : 0);
        var shape = (wide ? down : across) | (Round(63 * yellow.Strongest) << 3) | (Round(63 * red.Strongest) << 9) | (wide ? 1 << 15 : 0);

        List<byte> hash = [(byte)means, (byte)(means >> 8), (byte)(means >> 16), (byte)shape, (byte)(shape >> 8)];
        if (alpha is not null)
        {
            hash.Add((byte)(Round(15 * alpha.Mean) | (Round(15 * alpha.Strongest) << 4)));
        }

        var waves = light.Waves.Concat(yellow.Waves).Concat(red.Waves).Concat(alpha?.Waves ?? []);
        var pairs = waves.Select(wave => Round(15 * wave)).Chunk(2);
        hash.AddRange(pairs.Select(pair => (byte)(pair[0] | (pair.Length > 1 ? pair[1] << 4 : 0))));
        return [.. hash];
    }

    // Rounds halves up, also below zero, as the reference implementation does; no rounding mode of .NET does this.
    private static int Round(double value) => (int)Math.Floor(value + 0.5);
}
