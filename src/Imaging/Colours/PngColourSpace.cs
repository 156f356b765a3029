using System.Buffers.Binary;
using Pipeline.Imaging.MetadataStripping;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Colours;

/// <summary>
/// What a PNG says of its colours in numbers. As in browsers, the first of these counts that can be followed: cICP, a profile, sRGB, gAMA with
/// the primaries of cHRM or else of sRGB.
/// </summary>
internal static class PngColourSpace
{
    private const double Whole = 100_000;

    /// <summary>What televisions show where cameras follow the curves of ITU-R BT.709; browsers take it for the numbers of cICP.</summary>
    private const double TelevisionGamma = 2.4;

    /// <returns>Null if there is a profile that counts, or nothing that does; then the file is left as it is.</returns>
    /// <param name="png">Any bytes that begin like one.</param>
    /// <param name="bands">Numbers of a pixel without alpha; a profile for another number does not count.</param>
    public static ColourSpace? Find(ReadOnlySpan<byte> png, int bands)
    {
        ReadOnlySpan<byte> gamma = default, colours = default;
        var counts = false;
        var reader = new PngReader(png);
        while (reader.Next() && !reader.Is("PLTE"u8) && !reader.Is("IDAT"u8))
        {
            if (PngColours.Find(reader.Name, reader.Data.Length) < 0 || !reader.IsIntact)
            {
                continue;
            }

            // The last two: the numbers are RGB, and use the whole range.
            if (reader.Is("cICP"u8) && reader.Data is [var primaries, var transfer, 0, 1] && FromCodes(primaries, transfer) is { } space)
            {
                return space;
            }

            counts |= reader.Is("sRGB"u8) || (reader.Is("iCCP"u8) && IccProfiles.Bands(PngProfile.Read(reader.Data)) == bands);
            gamma = reader.Is("gAMA"u8) ? reader.Data : gamma;
            colours = reader.Is("cHRM"u8) ? reader.Data : colours;
        }

        return counts || gamma.IsEmpty ? null : FromGamma(Whole / BinaryPrimitives.ReadUInt32BigEndian(gamma), colours);
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
