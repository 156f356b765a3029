using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Colours;

/// <summary>Chromaticity coordinates (CIE 1931).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Chromaticity(double X, double Y)
{
    private const double Near = 0.002;

    public static readonly Chromaticity D65 = new(0.3127, 0.3290);

    public bool IsNear(Chromaticity other) => Math.Abs(X - other.X) < Near && Math.Abs(Y - other.Y) < Near;
}

/// <summary>Primaries, white point and transfer curve that a file declares without a profile.</summary>
/// <param name="Gamma">Exponent from stored values to light; null for the sRGB curve.</param>
internal sealed record ColourSpace(Chromaticity Red, Chromaticity Green, Chromaticity Blue, Chromaticity White, double? Gamma)
{
    /// <summary>The default colour space of the web.</summary>
    public static readonly ColourSpace Srgb = new(new(0.640, 0.330), new(0.300, 0.600), new(0.150, 0.060), Chromaticity.D65, null);

    private const double UsualGamma = 2.2;

    /// <summary>libpng's threshold for a significant difference in gamma.</summary>
    private const double NearGamma = 0.05;

    /// <summary>True for the curve of SMPTE 240M, instead of <see cref="Gamma"/>.</summary>
    public bool IsSmpte240 { get; init; }

    /// <summary>
    /// True if no conversion is needed. A gamma of about 2.2 counts too: sRGB files often declare it instead of the sRGB curve.
    /// </summary>
    public bool IsSrgb =>
        !IsSmpte240 && Red.IsNear(Srgb.Red) && Green.IsNear(Srgb.Green) && Blue.IsNear(Srgb.Blue) && White.IsNear(Srgb.White)
        && (Gamma is not { } gamma || Math.Abs((gamma / UsualGamma) - 1) < NearGamma);

    /// <summary>Returns the same primaries with another gamma.</summary>
    public ColourSpace With(double gamma) => this with { Gamma = gamma };

    /// <summary>Looks up the codes of ITU-T H.273. Null for unknown codes, and for HDR, which no profile describes.</summary>
    public static ColourSpace? FromCodes(int primaries, int transfer)
    {
        var space = primaries switch
        {
            1 => Srgb,
            4 => new(new(0.67, 0.33), new(0.21, 0.71), new(0.14, 0.08), new(0.310, 0.316), null),
            5 => new(new(0.64, 0.33), new(0.29, 0.60), new(0.15, 0.06), Chromaticity.D65, null),
            6 or 7 => new(new(0.630, 0.340), new(0.310, 0.595), new(0.155, 0.070), Chromaticity.D65, null),
            8 => new(new(0.681, 0.319), new(0.243, 0.692), new(0.145, 0.049), new(0.310, 0.316), null),
            9 => new(new(0.708, 0.292), new(0.170, 0.797), new(0.131, 0.046), Chromaticity.D65, null),
            10 => new(new(1, 0), new(0, 1), new(0, 0), new(1 / 3.0, 1 / 3.0), null),
            11 => new(new(0.680, 0.320), new(0.265, 0.690), new(0.150, 0.060), new(0.314, 0.351), null),
            12 => new(new(0.680, 0.320), new(0.265, 0.690), new(0.150, 0.060), Chromaticity.D65, null),
            22 => new(new(0.630, 0.340), new(0.295, 0.605), new(0.155, 0.077), Chromaticity.D65, null),
            _ => default(ColourSpace),
        };

        // Browsers treat the television curves in an AVIF as the sRGB curve.
        return transfer switch
        {
            1 or 6 or 7 or 11 or 12 or 13 or 14 or 15 => space,
            4 => space is null ? null : space with { Gamma = 2.2 },
            5 => space is null ? null : space with { Gamma = 2.8 },
            8 => space is null ? null : space with { Gamma = 1 },
            17 => space is null ? null : space with { Gamma = 2.6 },
            _ => null,
        };
    }
}
