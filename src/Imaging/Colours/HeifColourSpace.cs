using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Colours;

/// <summary>
/// Finds the colour codes of an HEIC or AVIF. As in browsers, the codes of the displayed image (nclx) come first, then those in its
/// compressed pixels. An embedded profile takes precedence over both; the caller checks for it.
/// </summary>
internal static class HeifColourSpace
{
    private const int Unspecified = 2;
    private const int SrgbPrimaries = 1;
    private const int SrgbTransfer = 13;

    /// <returns>Null if the file declares no codes, or unknown ones.</returns>
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
        // A copy of the sequence header may follow the four bytes of the configuration.
        var configuration = picture.Property(item, "av1C"u8);
        return (configuration.Length > 4 ? Av1Colours.Find(configuration[4..]) : null) ?? Av1Colours.Find(picture.Bytes(item));
    }
}
