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
    /// <param name="bands">Channels of a pixel without alpha; a profile for another number of channels is ignored.</param>
    public static ColourSpace? Find(PngColours colours, int bands)
    {
        // The last two bytes declare RGB (0) and full range (1).
        if (colours.Find("cICP"u8) is [var primaries, var transfer, 0, 1] && FromCodes(primaries, transfer) is { } space)
        {
            return space;
        }

        var gamma = colours.Find("gAMA"u8);
        return gamma.IsEmpty || !colours.Find("sRGB"u8).IsEmpty || IccProfiles.Bands(PngProfile.Read(colours.Find("iCCP"u8))) == bands
            ? null
            : FromGamma(Whole / BinaryPrimitives.ReadUInt32BigEndian(gamma), colours.Find("cHRM"u8));
    }

    private static ColourSpace? FromCodes(int primaries, int transfer)
    {
        var space = ColourSpace.FromCodes(primaries, transfer);
        return transfer is 1 or 6 or 11 or 12 or 14 or 15 ? space?.With(TelevisionGamma) : space;
    }

    private static ColourSpace? FromGamma(double power, ReadOnlySpan<byte> colours) =>
        power is not (>= 0.02 and <= 50) ? null
        : colours.IsEmpty ? ColourSpace.Srgb.With(power)
        : new ColourSpace(At(colours, 1), At(colours, 2), At(colours, 3), At(colours, 0), power);

    private static Chromaticity At(ReadOnlySpan<byte> colours, int place) => new(
        BinaryPrimitives.ReadUInt32BigEndian(colours[(place * 8)..]) / Whole,
        BinaryPrimitives.ReadUInt32BigEndian(colours[((place * 8) + 4)..]) / Whole);
}
