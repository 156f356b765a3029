using System.Buffers.Binary;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.Colours;

/// <summary>
/// Finds the colour space that a PNG declares in numbers. As in browsers, the first valid one of these wins: cICP, a profile, sRGB, gAMA
/// with the primaries of cHRM or else of sRGB.
/// </summary>
internal static class PngColourSpace
{
    private const double Whole = 100_000;

    /// <summary>Display gamma of televisions for video with the curve of ITU-R BT.709; browsers use it for the matching cICP codes.</summary>
    private const double TelevisionGamma = 2.4;

    /// <returns>Null if a valid profile or sRGB wins, or if nothing is declared; then the file stays as it is.</returns>
    /// <param name="colours">The colour chunks of the PNG.</param>
    public static ColourSpace? Find(PngColours colours)
    {
        // The last two bytes declare RGB (0) and full range (1).
        if (colours.Find("cICP"u8) is [var primaries, var transfer, 0, 1] && FromCodes(primaries, transfer) is { } space)
        {
            return space;
        }

        // A readable profile wins also where it does not fit the pixels; the image is then shown without one.
        var gamma = colours.Find("gAMA"u8);
        return gamma.IsEmpty || colours.HasProfile || !colours.Find("sRGB"u8).IsEmpty
            ? null
            : FromGamma(Whole / BinaryPrimitives.ReadUInt32BigEndian(gamma), colours.Find("cHRM"u8));
    }

    private static ColourSpace? FromCodes(int primaries, int transfer)
    {
        var space = ColourSpace.FromCodes(primaries, transfer);
        return transfer switch
        {
            1 or 6 or 11 or 14 or 15 => space?.With(TelevisionGamma),
            7 => space is null ? null : space with { IsSmpte240 = true },
            _ => space,
        };
    }

    private static ColourSpace? FromGamma(double power, ReadOnlySpan<byte> colours) =>
        power is not (>= 0.02 and <= 50) ? null
        : colours.IsEmpty ? ColourSpace.Srgb.With(power)
        : Possible(new ColourSpace(At(colours, 1), At(colours, 2), At(colours, 3), At(colours, 0), power));

    /// <summary>Browsers ignore colours outside the diagram, such as the negative ones of film.</summary>
    private static ColourSpace? Possible(ColourSpace space) =>
        IsInside(space.Red) && IsInside(space.Green) && IsInside(space.Blue) && IsInside(space.White) ? space : null;

    private static bool IsInside(Chromaticity colour) => colour is { X: <= 1, Y: <= 1 };

    private static Chromaticity At(ReadOnlySpan<byte> colours, int place) => new(
        BinaryPrimitives.ReadUInt32BigEndian(colours[(place * 8)..]) / Whole,
        BinaryPrimitives.ReadUInt32BigEndian(colours[((place * 8) + 4)..]) / Whole);
}
