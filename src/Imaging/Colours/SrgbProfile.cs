using System.Buffers.Binary;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Colours;

/// <summary>
/// Recognises profiles that describe sRGB by primaries and curves, by what they contain and not by their name: names are free text. A
/// conversion by such a profile costs time and changes each colour by at most one step.
/// </summary>
internal static class SrgbProfile
{
    /// <summary>Of XYZ. Profiles of different makers differ by up to 0.0005; the nearest other space, that of televisions, by 0.02.</summary>
    private const double PrimaryTolerance = 0.002;

    /// <summary>Half a step of 8 bits.</summary>
    private const double CurveTolerance = 0.5 / 255;

    private static readonly (string Name, double X, double Y, double Z)[] Primaries =
        [("rXYZ", 0.4361, 0.2225, 0.0139), ("gXYZ", 0.3851, 0.7169, 0.0971), ("bXYZ", 0.1431, 0.0606, 0.7141)];

    private static readonly string[] Curves = ["rTRC", "gTRC", "bTRC"];

    /// <param name="profile">Any bytes.</param>
    public static bool Is(ReadOnlySpan<byte> profile)
    {
        profile = IccProfiles.Trim(profile);
        return IccProfiles.Bands(profile) == 3 && profile[20..].StartsWith("XYZ "u8) && !HasTables(profile) && HasPrimaries(profile) && HasCurves(profile);
    }

    /// <summary>True if the profile has tables of colours, which count more than its primaries.</summary>
    private static bool HasTables(ReadOnlySpan<byte> profile) =>
        !IccProfiles.Tag(profile, "A2B0").IsEmpty || !IccProfiles.Tag(profile, "A2B1").IsEmpty || !IccProfiles.Tag(profile, "A2B2").IsEmpty
        || !IccProfiles.Tag(profile, "D2B0").IsEmpty || !IccProfiles.Tag(profile, "D2B1").IsEmpty || !IccProfiles.Tag(profile, "D2B2").IsEmpty || !IccProfiles.Tag(profile, "D2B3").IsEmpty;

    private static bool HasPrimaries(ReadOnlySpan<byte> profile)
    {
        foreach (var (name, x, y, z) in Primaries)
        {
            var tag = IccProfiles.Tag(profile, name);
            if (tag.Length < 20 || !tag.StartsWith("XYZ "u8) || !IsNear(Fixed(tag, 8), x) || !IsNear(Fixed(tag, 12), y) || !IsNear(Fixed(tag, 16), z))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasCurves(ReadOnlySpan<byte> profile)
    {
        foreach (var name in Curves)
        {
            if (ToneCurve.Read(IccProfiles.Tag(profile, name)) is not { } curve)
            {
                return false;
            }

            for (var step = 0; step <= 255; step++)
            {
                // Compared as encoded values, because a step of 8 bits is far smaller in dark light than in bright light.
                // Not "greater", which is false for a curve that gives no number.
                if (!(Math.Abs(ToneCurve.Encode(curve.Light(step / 255.0)) - (step / 255.0)) <= CurveTolerance))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsNear(double value, double wanted) => Math.Abs(value - wanted) <= PrimaryTolerance;

    private static double Fixed(ReadOnlySpan<byte> tag, int at) => BinaryPrimitives.ReadInt32BigEndian(tag[at..]) / 65536.0;
}
