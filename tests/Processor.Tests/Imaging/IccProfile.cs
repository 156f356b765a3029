using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Writes a small matrix profile, since a machine may have none. Layout: ICC.1:2001-04.</summary>
internal static class IccProfile
{
    /// <summary>The primaries of Display P3 with the format's D50 white point and a gamma of 2.2.</summary>
    public static byte[] DisplayP3() =>
        Matrix((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407));

    /// <summary>sRGB as most profiles describe it.</summary>
    /// <param name="asFormula">The curve as parameters, as in newer profiles, instead of a table.</param>
    /// <param name="gamma">A plain power instead of the curve of sRGB.</param>
    /// <param name="redX">Moves the red primary.</param>
    public static byte[] Srgb(bool asFormula = false, double? gamma = null, double redX = 0.43607)
    {
        byte[] curve = asFormula
            ? [.. "para"u8, 0, 0, 0, 0, 0, 3, 0, 0, .. Fixed(2.4), .. Fixed(1 / 1.055), .. Fixed(0.055 / 1.055), .. Fixed(1 / 12.92), .. Fixed(0.04045)]
            : [.. "curv"u8, 0, 0, 0, 0, 0, 0, 4, 0, .. Enumerable.Range(0, 1024).SelectMany(i => Light(i / 1023.0, gamma))];
        return Profile("RGB XYZ "u8,
        [
            .. Common(), ("rXYZ", Xyz((redX, 0.22249, 0.01392))), ("gXYZ", Xyz((0.38515, 0.71687, 0.09708))), ("bXYZ", Xyz((0.14307, 0.06061, 0.7141))),
            ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
        ]);
    }

    /// <summary>Grey with linear values, without a gamma.</summary>
    public static byte[] LinearGrey() => Profile("GRAYXYZ "u8,
    [
        .. Common(), ("kTRC", [.. "curv"u8, 0, 0, 0, 0, 0, 0, 0, 0]),
    ]);

    /// <summary>
    /// Four inks of which the first prints green. Real inks differ, so only a reader of the profile sees green. It is a table of
    /// the 16 combinations of the inks, in CIELAB.
    /// </summary>
    public static byte[] CmykToRgb()
    {
        var table = new MemoryStream();
        table.Write([.. "mft1"u8, 0, 0, 0, 0, 4, 3, 2, 0]);
        foreach (var entry in (ReadOnlySpan<int>)[1, 0, 0, 0, 1, 0, 0, 0, 1])
        {
            table.Write(Number(entry * 65536));
        }

        var straight = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        table.Write([.. straight, .. straight, .. straight, .. straight]);
        for (var inks = 0; inks < 16; inks++)
        {
            // The first ink dominates; a and b are stored with an offset of 128.
            var light = 255 - (60 * int.PopCount(inks));
            table.Write([(byte)light, (byte)(inks >= 8 ? 68 : 128), (byte)(inks >= 8 ? 180 : 128)]);
        }

        table.Write([.. straight, .. straight, .. straight]);
        return Profile("CMYKLab "u8, [.. Common(), ("A2B0", table.ToArray())], "prtr"u8);
    }

    private static (string Name, byte[] Data)[] Common() =>
    [
        ("desc", [.. "desc"u8, 0, 0, 0, 0, 0, 0, 0, 5, .. "Test"u8, .. new byte[80]]),
        ("cprt", [.. "text"u8, 0, 0, 0, 0, .. "None"u8, 0, 0, 0, 0]),
        ("wtpt", Xyz((0.9642, 1, 0.8249))),
    ];

    private static byte[] Matrix((double X, double Y, double Z) red, (double X, double Y, double Z) green, (double X, double Y, double Z) blue)
    {
        return Profile("RGB XYZ "u8,
        [
            .. Common(), ("rXYZ", Xyz(red)), ("gXYZ", Xyz(green)), ("bXYZ", Xyz(blue)),
            ("rTRC", Gamma()), ("gTRC", Gamma()), ("bTRC", Gamma()),
        ]);
    }

    private static byte[] Profile(ReadOnlySpan<byte> spaces, (string Name, byte[] Data)[] tags, ReadOnlySpan<byte> kind = default)
    {
        var table = new MemoryStream();
        var body = new MemoryStream();
        var start = 128 + 4 + (tags.Length * 12);
        table.Write(Number(tags.Length));
        foreach (var (name, data) in tags)
        {
            table.Write([.. Encoding.ASCII.GetBytes(name), .. Number(start + (int)body.Length), .. Number(data.Length)]);
            body.Write([.. data, .. new byte[(4 - (data.Length % 4)) % 4]]);
        }

        byte[] profile = [.. new byte[128], .. table.ToArray(), .. body.ToArray()];
        Number(profile.Length).CopyTo(profile, 0);
        Number(0x02100000).CopyTo(profile, 8);
        (kind.IsEmpty ? "mntr"u8 : kind).CopyTo(profile.AsSpan(12));
        spaces.CopyTo(profile.AsSpan(16));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        Xyz((0.9642, 1, 0.8249)).AsSpan(8).CopyTo(profile.AsSpan(68));
        return profile;
    }

    private static byte[] Xyz((double X, double Y, double Z) value) =>
        [.. "XYZ "u8, 0, 0, 0, 0, .. Fixed(value.X), .. Fixed(value.Y), .. Fixed(value.Z)];

    private static byte[] Light(double value, double? gamma)
    {
        var light = gamma is { } power ? Math.Pow(value, power) : value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        var number = (int)Math.Round(light * ushort.MaxValue);
        return [(byte)(number >> 8), (byte)number];
    }

    private static byte[] Gamma() => [.. "curv"u8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0x33, 0, 0];

    private static byte[] Fixed(double value) => Number((int)Math.Round(value * 65536));

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
