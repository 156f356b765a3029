using Pipeline.Imaging.Colours;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.InputFiltering;

/// <summary>
/// Removes every chunk except pixels and colours. Text chunks are compressed, and a decoder unpacks them each time it reads the header: 100
/// KB become 100 MB.
/// </summary>
internal static class PngInputFilter
{
    /// <param name="png">Starts with the signature of a PNG; the rest can be anything.</param>
    /// <param name="exif">EXIF block that replaces the one in the file; empty for none.</param>
    public static SegmentList Strip(ReadOnlySpan<byte> png, byte[] exif)
    {
        var kept = new SegmentList();
        kept.Keep(0, PngReader.SignatureLength);
        var hasPixels = false;
        var isGrey = PngHeader.Read(png).IsGrey;
        var colours = new PngColours(png);
        var space = PngColourSpace.Find(colours);
        var reader = new PngReader(png);
        while (reader.Next())
        {
            if (reader.IsCritical)
            {
                if (reader.Is("IDAT"u8) && !hasPixels)
                {
                    hasPixels = true;
                    kept.Add(exif.Length > 0 ? PngChunk.Make("eXIf"u8, exif) : []);
                }

                if (isGrey && reader.Is("PLTE"u8))
                {
                    // PNG forbids a palette in grey images. Browsers ignore it, so remove it.
                    continue;
                }

                kept.Keep(reader.Start, reader.End - reader.Start);
                if (reader.Is("IHDR"u8))
                {
                    AddColours(colours, space, isGrey, kept);
                }

                if (reader.Is("IEND"u8))
                {
                    return kept;
                }
            }
            else
            {
                colours.KeepTransparency(reader, kept);
            }
        }

        // Keep data that cannot be parsed, and let the decoder accept or reject it.
        kept.Keep(reader.End, png.Length - reader.End);
        return kept;
    }

    private static void AddColours(PngColours colours, ColourSpace? space, bool isGrey, SegmentList kept)
    {
        if (space is null)
        {
            colours.KeepColours(kept);
        }
        else if (!space.IsSrgb && ColourProfile.Write(space, isGrey) is { } profile)
        {
            // libpng 1.6.39 does not know cICP, and libvips ignores gAMA and cHRM, so write a profile instead.
            kept.Add(PngProfile.Pack(profile));
        }
    }
}
