namespace Pipeline.Imaging.Headers;

/// <summary>
/// Reads the colour codes at the end of the sequence parameter set of the compressed pixels of an HEIC (ITU-T H.265, 7.3.2.2).
/// </summary>
internal static class HevcColours
{
    private const int SequenceParameterSet = 33;
    private const int ArraysAt = 22;

    /// <summary>Returns primaries and transfer by ITU-T H.273; null if there is no such set or it does not declare them.</summary>
    /// <param name="configuration">The data of the property <c>hvcC</c>.</param>
    public static (int Primaries, int Transfer)? Find(ReadOnlySpan<byte> configuration)
    {
        var reader = new HeifReader(configuration.Length > ArraysAt ? configuration[ArraysAt..] : default);
        for (var arrays = reader.Int(1); arrays > 0 && reader.IsSound; arrays--)
        {
            var kind = reader.Int(1) & 0x3F;
            for (var units = reader.Int(2); units > 0 && reader.IsSound; units--)
            {
                var unit = reader.Take(reader.Int(2));
                if (kind == SequenceParameterSet && unit.Length > 2)
                {
                    return Read(new BitReader(Unescape(unit[2..])));
                }
            }
        }

        return null;
    }

    /// <summary>Removes the 3 that the encoder puts after two zeros, which could otherwise begin a marker.</summary>
    private static byte[] Unescape(ReadOnlySpan<byte> unit)
    {
        var bytes = new List<byte>(unit.Length);
        var zeros = 0;
        foreach (var value in unit)
        {
            if (zeros >= 2 && value == 3)
            {
                zeros = 0;
                continue;
            }

            zeros = value == 0 ? zeros + 1 : 0;
            bytes.Add(value);
        }

        return [.. bytes];
    }

    private static (int Primaries, int Transfer)? Read(BitReader bits)
    {
        bits.Skip(4);
        var layers = (int)bits.Bits(3);
        bits.Skip(1);
        SkipLevels(ref bits, layers);
        _ = bits.Golomb();
        bits.Skip(bits.Golomb() == 3 ? 1 : 0);
        SkipGolombs(ref bits, 2);
        SkipGolombs(ref bits, bits.Flag() ? 4 : 0);
        SkipGolombs(ref bits, 2);
        var order = bits.Golomb() + 4;
        SkipGolombs(ref bits, 3 * (bits.Flag() ? layers + 1 : 1));
        SkipGolombs(ref bits, 6);
        if (bits.Flag() && bits.Flag())
        {
            SkipScalingLists(ref bits);
        }

        bits.Skip(2);
        if (bits.Flag())
        {
            bits.Skip(8);
            SkipGolombs(ref bits, 2);
            bits.Skip(1);
        }

        if (!SkipReferences(ref bits))
        {
            return null;
        }

        if (bits.Flag())
        {
            bits.Skip(bits.Golomb() * (order + 1L));
        }

        bits.Skip(2);
        return bits.Flag() ? ReadUsability(ref bits) : null;
    }

    private static (int Primaries, int Transfer)? ReadUsability(ref BitReader bits)
    {
        bits.Skip(bits.Flag() && bits.Bits(8) == 255 ? 32 : 0);
        bits.Skip(bits.Flag() ? 1 : 0);
        if (!bits.Flag())
        {
            return null;
        }

        bits.Skip(4);
        if (!bits.Flag())
        {
            return null;
        }

        var (primaries, transfer) = ((int)bits.Bits(8), (int)bits.Bits(8));
        return bits.IsSound ? (primaries, transfer) : null;
    }

    private static void SkipLevels(ref BitReader bits, int layers)
    {
        bits.Skip(96);
        var length = 0;
        for (var layer = 0; layer < (layers == 0 ? 0 : 8); layer++)
        {
            length += layer < layers ? (bits.Flag() ? 88 : 0) + (bits.Flag() ? 8 : 0) : 0;
            bits.Skip(layer < layers ? 0 : 2);
        }

        bits.Skip(length);
    }

    private static void SkipScalingLists(ref BitReader bits)
    {
        for (var size = 0; size < 4; size++)
        {
            for (var matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1)
            {
                var isListed = bits.Flag();
                SkipGolombs(ref bits, !isListed ? 1 : (size > 1 ? 1 : 0) + Math.Min(64, 1 << (4 + (size * 2))));
            }
        }
    }

    /// <summary>Returns false for sets that are predicted from other sets: a still image does not need them.</summary>
    private static bool SkipReferences(ref BitReader bits)
    {
        var sets = bits.Golomb();
        for (var set = 0; set < sets && bits.IsSound; set++)
        {
            if (set > 0 && bits.Flag())
            {
                return false;
            }

            for (var pictures = (long)bits.Golomb() + bits.Golomb(); pictures > 0 && bits.IsSound; pictures--)
            {
                _ = bits.Golomb();
                bits.Skip(1);
            }
        }

        return bits.IsSound;
    }

    private static void SkipGolombs(ref BitReader bits, int count)
    {
        for (; count > 0 && bits.IsSound; count--)
        {
            _ = bits.Golomb();
        }
    }
}
