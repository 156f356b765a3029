namespace Pipeline.Imaging.Headers;

/// <summary>
/// Checks the items of an HEIC or AVIF before libheif reads them. libheif copies the bytes of each item, and decodes each tile of a grid,
/// as often as the file names them: a few bytes can name the same megabytes, or the same tile, thousands of times.
/// </summary>
internal static class HeifGuard
{
    /// <summary>An iPhone's panorama has some hundred tiles.</summary>
    private const int MaxItems = 4_096;

    private const int MaxReferences = 16_384;

    /// <summary>
    /// Returns the fault of the file as the end of a sentence, or null. Null too if the boxes cannot be parsed: the decoder then accepts or
    /// rejects the file.
    /// </summary>
    /// <param name="file">Starts with the first box of an HEIC or AVIF; the rest can be anything.</param>
    /// <param name="maxMegapixels">Limit for all images together that the displayed image needs.</param>
    public static string? Find(ReadOnlySpan<byte> file, int maxMegapixels)
    {
        // Check all: an honest description in front of a hostile one must not hide it.
        var boxes = new HeifBoxes(file);
        while (HeifMeta.Next(ref boxes))
        {
            if (FindIn(HeifMeta.Contents(boxes), file.Length, maxMegapixels) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? FindIn(ReadOnlySpan<byte> meta, int fileLength, int maxMegapixels) =>
        HasPackedItem(HeifBoxes.Find(meta, "iinf"u8)) ? "holds packed metadata"
        : ClaimsMoreThan(2L * fileLength, meta) ? "claims more bytes than it has"
        : HeifItems.Read(meta, MaxItems, MaxReferences) is not { } items ? "has too many images or references between them"
        : items.DecodesMoreThan(maxMegapixels * 1_000_000L) ? "has an image that is composed of too many pixels, or of itself"
        : null;

    /// <summary>
    /// True if all pieces of all items together exceed the limit, because libheif reads each into its own memory, or if there are too many
    /// items.
    /// </summary>
    private static bool ClaimsMoreThan(long bytes, ReadOnlySpan<byte> meta)
    {
        var pieces = new HeifLocations(meta);
        ulong claimed = 0;
        while (claimed <= (ulong)bytes && pieces.Next())
        {
            // A piece without a length reaches to the end of the file.
            claimed += pieces.Length == 0 ? (ulong)bytes / 2 : Math.Min(pieces.Length, (ulong)bytes + 1);
        }

        return claimed > (ulong)bytes || pieces.DeclaredItems > MaxItems;
    }

    /// <summary>True if an item declares compression: later versions of libheif unpack it, and no known program writes it.</summary>
    private static bool HasPackedItem(ReadOnlySpan<byte> items)
    {
        if (items.Length < 6)
        {
            return false;
        }

        var boxes = new HeifBoxes(items[(items[0] == 0 ? 6 : Math.Min(8, items.Length))..]);
        while (boxes.Next())
        {
            // Version and flags, id, protection, type; then three texts: name, media type and content encoding.
            var entry = boxes.Data;
            var type = entry.Length > 0 && entry[0] >= 3 ? 10 : 8;
            if (boxes.Is("infe"u8) && entry.Length > type + 4 && entry[type..].StartsWith("mime"u8))
            {
                var text = entry[(type + 4)..];
                for (var skip = 0; skip < 2; skip++)
                {
                    var end = text.IndexOf((byte)0);
                    text = end < 0 ? default : text[(end + 1)..];
                }

                if (text.Length > 0 && text[0] != 0)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
