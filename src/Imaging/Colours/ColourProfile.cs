using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Colours;

/// <summary>Writes a colour space as a small profile (ICC.1:2001), so that all later steps handle profiles only.</summary>
internal static class ColourProfile
{
    private const int HeaderLength = 128;
    private const int EntryLength = 12;
    private const int CurvePoints = 1024;

    /// <summary>White point of ICC profiles.</summary>
    private static readonly Vector4 D50 = new(0.9642f, 1, 0.8249f, 0);

    /// <summary>Bradford matrix for chromatic adaptation to another white point; for row vectors.</summary>
    private static readonly Matrix4x4 Cones = new(
        0.8951f, -0.7502f, 0.0389f, 0,
        0.2664f, 1.7135f, -0.0685f, 0,
        -0.1614f, 0.0367f, 1.0296f, 0,
        0, 0, 0, 1);

    /// <returns>Null if the primaries and the white point give no usable matrix.</returns>
    public static byte[]? Write(ColourSpace space, bool isGrey)
    {
        var curve = Curve(space);
        if (isGrey)
        {
            return Join("GRAY"u8, [("desc", Description()), ("wtpt", Xyz(D50)), ("kTRC", curve)]);
        }

        return Light(space) is { } light ? Rgb(light, curve) : null;
    }

    /// <summary>Returns a profile of RGB that gives three equal channels the light of a grey profile; null if it has no curve.</summary>
    /// <param name="grey">A readable profile.</param>
    public static byte[]? OfGrey(ReadOnlySpan<byte> grey)
    {
        var curve = IccProfiles.Tag(grey, "kTRC").ToArray();
        return curve.Length > 0 && Light(ColourSpace.Srgb) is { } light ? Rgb(light, curve) : null;
    }

    /// <summary>XYZ of full red, green and blue, one in each row, adapted to the white point of ICC profiles.</summary>
    private static Matrix4x4? Light(ColourSpace space)
    {
        var (red, green, blue) = (Whole(space.Red), Whole(space.Green), Whole(space.Blue));
        var white = Whole(space.White) / (float)space.White.Y;
        var colours = new Matrix4x4(red.X, red.Y, red.Z, 0, green.X, green.Y, green.Z, 0, blue.X, blue.Y, blue.Z, 0, 0, 0, 0, 1);
        if (!Matrix4x4.Invert(colours, out var inverse) || !Matrix4x4.Invert(Cones, out var back))
        {
            return null;
        }

        // Scale factors with which the three primaries add up to white.
        var share = Vector4.Transform(white, inverse);
        var (from, to) = (Vector4.Transform(white, Cones), Vector4.Transform(D50, Cones));
        var light = Matrix4x4.CreateScale(share.X, share.Y, share.Z) * colours
            * Cones * Matrix4x4.CreateScale(to.X / from.X, to.Y / from.Y, to.Z / from.Z) * back;
        return Enumerable.Range(0, 3).All(i => IsPossible(Row(light, i))) ? light : null;
    }

    /// <summary>XYZ of the chromaticity; their sum is 1.</summary>
    private static Vector4 Whole(Chromaticity colour) => new((float)colour.X, (float)colour.Y, (float)(1 - colour.X - colour.Y), 0);

    private static Vector4 Row(Matrix4x4 matrix, int row) => new(matrix[row, 0], matrix[row, 1], matrix[row, 2], 0);

    private static bool IsPossible(Vector4 light) => Vector4.Clamp(light, new Vector4(-2), new Vector4(2)) == light;

    private static byte[] Rgb(Matrix4x4 light, byte[] curve) => Join("RGB "u8,
    [
        ("desc", Description()), ("wtpt", Xyz(D50)),
        ("rXYZ", Xyz(Row(light, 0))), ("gXYZ", Xyz(Row(light, 1))), ("bXYZ", Xyz(Row(light, 2))),
        ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
    ]);

    private static byte[] Curve(ColourSpace space)
    {
        if (space is { IsSmpte240: false, Gamma: { } power })
        {
            var number = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)Math.Clamp(Math.Round(power * 256), 1, ushort.MaxValue));
            return [.. "curv"u8, 0, 0, 0, 0, 0, 0, 0, 1, .. number, 0, 0];
        }

        var curve = new byte[12 + (CurvePoints * 2)];
        "curv"u8.CopyTo(curve);
        BinaryPrimitives.WriteInt32BigEndian(curve.AsSpan(8), CurvePoints);
        for (var i = 0; i < CurvePoints; i++)
        {
            var number = i / (CurvePoints - 1.0);
            var light = space.IsSmpte240 ? Smpte240(number) : number <= 0.04045 ? number / 12.92 : Math.Pow((number + 0.055) / 1.055, 2.4);
            BinaryPrimitives.WriteUInt16BigEndian(curve.AsSpan(12 + (i * 2)), (ushort)Math.Round(light * ushort.MaxValue));
        }

        return curve;
    }

    private static double Smpte240(double number) => number < 0.0913 ? number / 4 : Math.Pow((number + 0.1115) / 1.1115, 1 / 0.45);

    private static byte[] Description() => [.. "desc"u8, 0, 0, 0, 0, 0, 0, 0, 2, (byte)'-', 0, .. new byte[78]];

    private static byte[] Xyz(Vector4 light) => [.. "XYZ "u8, 0, 0, 0, 0, .. Fixed(light.X), .. Fixed(light.Y), .. Fixed(light.Z)];

    private static byte[] Fixed(double value) => Number((int)Math.Round(value * 65536));

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Join(ReadOnlySpan<byte> space, (string Name, byte[] Data)[] tags)
    {
        using var table = new MemoryStream();
        using var body = new MemoryStream();
        var start = HeaderLength + 4 + (tags.Length * EntryLength);
        table.Write(Number(tags.Length));
        foreach (var (name, data) in tags)
        {
            table.Write([.. Encoding.ASCII.GetBytes(name), .. Number(start + (int)body.Length), .. Number(data.Length)]);
            body.Write(data);
            body.Write(new byte[-data.Length & 3]);
        }

        byte[] profile = [.. new byte[HeaderLength], .. table.ToArray(), .. body.ToArray()];
        Number(profile.Length).CopyTo(profile, 0);
        Number(0x02100000).CopyTo(profile, 8);
        "mntr"u8.CopyTo(profile.AsSpan(12));
        space.CopyTo(profile.AsSpan(16));
        "XYZ "u8.CopyTo(profile.AsSpan(20));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        Xyz(D50).AsSpan(8).CopyTo(profile.AsSpan(68));
        return profile;
    }
}
