using System.Buffers.Binary;
using Pipeline.Processor.Imaging.Cleaning;
using Pipeline.Processor.Imaging.Headers;

namespace Pipeline.Processor.Imaging.Colours;

/// <summary>
/// What a PNG says of its colours in numbers. As in browsers, the first of these counts: cICP, a profile, sRGB, gAMA and cHRM together.
/// </summary>
internal static class PngColourSpace
{
    private const double Whole = 100_000;

    /// <returns>Null if there is a profile that counts, or nothing that does; then the file is left as it is.</returns>
    public static ColourSpace? Find(ReadOnlySpan<byte> png)
    {
        ReadOnlySpan<byte> gamma = default, colours = default;
        var hasProfile = false;
        var reader = new PngReader(png);
        while (reader.Next() && !reader.Is("PLTE"u8) && !reader.Is("IDAT"u8))
        {
            if (PngColours.Find(reader.Name, reader.Data.Length) < 0 || !reader.IsIntact)
            {
                continue;
            }

            // The last two: the numbers are RGB, and use the whole range.
            if (reader.Is("cICP"u8) && reader.Data is [var primaries, var transfer, 0, 1])
            {
                return ColourSpace.FromCodes(primaries, transfer);
            }

            hasProfile |= reader.Is("iCCP"u8) || reader.Is("sRGB"u8);
            gamma = reader.Is("gAMA"u8) ? reader.Data : gamma;
            colours = reader.Is("cHRM"u8) ? reader.Data : colours;
        }

        if (hasProfile || gamma.IsEmpty || colours.IsEmpty)
        {
            return null;
        }

        var power = Whole / BinaryPrimitives.ReadUInt32BigEndian(gamma);
        return power is >= 0.1 and <= 10 ? new ColourSpace(At(colours, 1), At(colours, 2), At(colours, 3), At(colours, 0), power) : null;
    }

    private static Chromaticity At(ReadOnlySpan<byte> colours, int place) => new(
        BinaryPrimitives.ReadUInt32BigEndian(colours[(place * 8)..]) / Whole,
        BinaryPrimitives.ReadUInt32BigEndian(colours[((place * 8) + 4)..]) / Whole);
}
