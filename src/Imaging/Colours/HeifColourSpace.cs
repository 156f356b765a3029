using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Colours;

/// <summary>
/// What an HEIC or AVIF says of its colours in numbers. As in browsers, those of the image that is shown count (nclx), and without them those
/// that stand in its compressed pixels. Where it has a profile, that counts.
/// </summary>
internal static class HeifColourSpace
{
    private const int Unspecified = 2;
    private const int SrgbPrimaries = 1;
    private const int SrgbTransfer = 13;

    /// <returns>Null if it says nothing, or nothing that is known.</returns>
    public static ColourSpace? Find(ReadOnlySpan<byte> heif, ImageType type)
    {
        var picture = new HeifPicture(heif);
        var shown = picture.Shown;
        return (Codes(picture, shown, type) ?? Codes(picture, picture.FirstTile(shown), type)) is var (primaries, transfer)
            ? ColourSpace.FromCodes(
                primaries == Unspecified ? SrgbPrimaries : primaries, transfer == Unspecified ? SrgbTransfer : transfer)
            : null;
    }

    private static (int Primaries, int Transfer)? Codes(HeifPicture picture, int item, ImageType type)
    {
        var colours = picture.Property(item, "colr"u8, "nclx"u8);
        if (colours.IsEmpty)
        {
            return type == ImageType.Heic ? HevcColours.Find(picture.Property(item, "hvcC"u8)) : InAv1(picture, item);
        }

        var reader = new HeifReader(colours[4..]);
        var (primaries, transfer) = (reader.Int(2), reader.Int(2));
        return reader.IsSound ? (primaries, transfer) : null;
    }

    private static (int Primaries, int Transfer)? InAv1(HeifPicture picture, int item)
    {
        // A copy of the sequence header may stand behind the four bytes of the configuration.
        var configuration = picture.Property(item, "av1C"u8);
        return (configuration.Length > 4 ? Av1Colours.Find(configuration[4..]) : null) ?? Av1Colours.Find(picture.Bytes(item));
    }
}
