namespace Pipeline.Imaging.Headers;

/// <summary>Reads the colour codes in the sequence header of the compressed pixels of an AVIF (AV1, 5.5).</summary>
internal static class Av1Colours
{
    private const uint SequenceHeader = 1;

    /// <summary>Returns primaries and transfer by ITU-T H.273; null if there is no sequence header or it does not declare them.</summary>
    /// <param name="units">A series of open bitstream units (OBUs).</param>
    public static (int Primaries, int Transfer)? Find(ReadOnlySpan<byte> units)
    {
        while (units.Length > 1)
        {
            var (kind, hasExtension, hasSize) = ((units[0] >> 3) & 15, (units[0] & 4) != 0, (units[0] & 2) != 0);
            units = units[Math.Min(hasExtension ? 2 : 1, units.Length)..];
            var size = hasSize ? Size(ref units) : units.Length;
            if (size > units.Length)
            {
                return null;
            }

            if (kind == SequenceHeader)
            {
                return Read(new BitReader(units[..size]));
            }

            units = units[size..];
        }

        return null;
    }

    private static int Size(ref ReadOnlySpan<byte> units)
    {
        long size = 0;
        for (var i = 0; i < 5 && i < units.Length; i++)
        {
            size |= (long)(units[i] & 0x7F) << (7 * i);
            if ((units[i] & 0x80) == 0)
            {
                units = units[(i + 1)..];
                return (int)Math.Min(size, int.MaxValue);
            }
        }

        return int.MaxValue;
    }

    private static (int Primaries, int Transfer)? Read(BitReader bits)
    {
        var profile = bits.Bits(3);
        bits.Skip(1);
        var isReduced = bits.Flag();
        if (isReduced)
        {
            bits.Skip(5);
        }
        else
        {
            SkipOperatingPoints(ref bits);
        }

        var (width, height) = (bits.Bits(4) + 1, bits.Bits(4) + 1);
        bits.Skip(width + height);
        if (!isReduced && bits.Flag())
        {
            bits.Skip(7);
        }

        bits.Skip(3);
        if (!isReduced)
        {
            SkipTools(ref bits);
        }

        bits.Skip(3);
        var isDeep = bits.Flag();
        bits.Skip((isDeep && profile == 2 ? 1 : 0) + (profile == 1 ? 0 : 1));
        if (!bits.Flag())
        {
            return null;
        }

        var (primaries, transfer) = ((int)bits.Bits(8), (int)bits.Bits(8));
        return bits.IsSound ? (primaries, transfer) : null;
    }

    private static void SkipOperatingPoints(ref BitReader bits)
    {
        var hasModel = false;
        var delay = 0;
        if (bits.Flag())
        {
            bits.Skip(64);
            _ = bits.Flag() ? bits.Golomb() : 0;
            hasModel = bits.Flag();
            delay = hasModel ? (int)bits.Bits(5) + 1 : 0;
            bits.Skip(hasModel ? 42 : 0);
        }

        var hasDisplayDelay = bits.Flag();
        for (var points = bits.Bits(5) + 1; points > 0; points--)
        {
            bits.Skip(12);
            bits.Skip(bits.Bits(5) > 7 ? 1 : 0);
            bits.Skip(hasModel && bits.Flag() ? (2 * delay) + 1 : 0);
            bits.Skip(hasDisplayDelay && bits.Flag() ? 4 : 0);
        }
    }

    private static void SkipTools(ref BitReader bits)
    {
        bits.Skip(4);
        var hasOrder = bits.Flag();
        bits.Skip(hasOrder ? 2 : 0);
        var screen = bits.Flag() || bits.Flag();
        bits.Skip(screen && !bits.Flag() ? 1 : 0);
        bits.Skip(hasOrder ? 3 : 0);
    }
}
