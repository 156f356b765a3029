using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// Keeps only the chunks of a PNG that define its pixels and their colours. Removes texts, times, animation frames and unknown chunks. The
/// compressed pixels stay as they are.
/// </summary>
internal ref struct PngMetadataStripper
{
    private readonly ReadOnlySpan<byte> _source;
    private readonly byte[] _exif;
    private readonly PngColours _colours;
    private readonly SegmentList _png = new();
    private PngPart _reached;

    private PngMetadataStripper(ReadOnlySpan<byte> source, byte[] exif)
    {
        _source = source;
        _exif = exif;
        _colours = new PngColours(source);
    }

    private enum PngPart
    {
        Nothing,
        Header,
        Palette,
        Pixels,
        Behind,
        End,
    }

    /// <returns>Null if the image cannot be parsed to its end, or if a critical chunk is damaged or unknown.</returns>
    public static SegmentList? Clean(ReadOnlySpan<byte> source, byte[] exif)
    {
        var cleaner = new PngMetadataStripper(source, exif);
        return cleaner.Walk() ? cleaner._png : null;
    }

    private bool Walk()
    {
        _png.Keep(0, PngReader.SignatureLength);
        var reader = new PngReader(_source);
        while (reader.Next())
        {
            if (!(reader.IsCritical ? TakeCritical(reader) : TakeOther(reader)))
            {
                return false;
            }

            if (reader.Is("IEND"u8))
            {
                return true;
            }
        }

        return false;
    }

    private bool TakeCritical(PngReader chunk)
    {
        var (before, part, fits) = chunk switch
        {
            _ when chunk.Is("IHDR"u8) => (PngPart.Nothing, PngPart.Header, PngHeader.Is(chunk)),
            _ when chunk.Is("PLTE"u8) => (PngPart.Header, PngPart.Palette, IsPalette(chunk.Data.Length)),
            _ when chunk.Is("IDAT"u8) => (PngPart.Header, PngPart.Pixels, true),
            _ when chunk.Is("IEND"u8) => (PngPart.Pixels, PngPart.End, chunk.Data.IsEmpty),
            _ => (default, default, false),
        };

        // Only pixel chunks may occur more than once, and then in a row.
        var inOrder = _reached >= before && (_reached < part || (_reached == PngPart.Pixels && part == PngPart.Pixels));
        if (!fits || !inOrder || !chunk.IsIntact)
        {
            return false;
        }

        if (part == PngPart.Pixels && _reached < part && _exif.Length > 0)
        {
            _png.Add(PngChunk.Make("eXIf"u8, _exif));
        }

        _reached = part;
        _png.Keep(chunk.Start, chunk.End - chunk.Start);
        if (part == PngPart.Header)
        {
            _colours.KeepColours(_png);
        }

        return true;
    }

    private bool TakeOther(PngReader chunk)
    {
        if (_reached == PngPart.Nothing)
        {
            return false;
        }

        if (_reached >= PngPart.Pixels)
        {
            // Any chunk between pixel chunks ends the pixels, so removing it must not join two halves.
            _reached = PngPart.Behind;
            return true;
        }

        _colours.KeepTransparency(chunk, _png);
        return true;
    }

    private static bool IsPalette(int length) => length is > 0 and <= 768 && length % 3 == 0;
}
