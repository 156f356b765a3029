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
    /// <summary>Offset after the signature, the length and name of the header chunk, and the first nine bytes of its data.</summary>
    private const int ColourType = PngReader.SignatureLength + 17;

    /// <param name="png">Starts with the signature of a PNG; the rest can be anything.</param>
    /// <param name="exif">EXIF block that replaces the one in the file; empty for none.</param>
    public static SegmentList Strip(ReadOnlySpan<byte> png, byte[] exif)
    {
        var kept = new SegmentList();
        kept.Keep(0, PngReader.SignatureLength);
        var seen = 0u;
        var hasPixels = false;
        var palette = 0;
        var colourType = png.Length > ColourType ? png[ColourType] : (byte)0;
        var space = PngColourSpace.Find(png, colourType is 0 or 4 ? 1 : 3);
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

                if (reader.Is("PLTE"u8))
                {
                    palette = reader.Data.Length / 3;
                    if (colourType is 0 or 4)
                    {
                        // PNG forbids a palette in grey images. Browsers ignore it, so remove it.
                        continue;
                    }
                }

                kept.Keep(reader.Start, reader.End - reader.Start);
                if (reader.Is("IHDR"u8) && space is { IsSrgb: false } && ColourProfile.Write(space, colourType is 0 or 4) is { } profile)
                {
                    // libpng 1.6.39 does not know cICP, and libvips ignores gAMA and cHRM, so write a profile instead.
                    kept.Add(PngProfile.Pack(profile));
                }

                if (reader.Is("IEND"u8))
                {
                    return kept;
                }
            }
            else if (!hasPixels && (space is null || reader.Is("tRNS"u8)) && PngColours.IsInPlace(reader, colourType, palette))
            {
                KeepColours(reader, ref seen, kept);
            }
        }

        // Keep data that cannot be parsed, and let the decoder accept or reject it.
        kept.Keep(reader.End, png.Length - reader.End);
        return kept;
    }

    /// <summary>Keeps each colour chunk once. Leaves out a damaged one, because the photo is usable without it.</summary>
    private static void KeepColours(PngReader chunk, ref uint seen, SegmentList kept)
    {
        var colour = PngColours.Find(chunk.Name, chunk.Data.Length);
        if (colour < 0 || (seen & (1u << colour)) != 0)
        {
            return;
        }

        seen |= 1u << colour;
        if (!chunk.IsIntact)
        {
            return;
        }

        if (!chunk.Is("iCCP"u8))
        {
            kept.Keep(chunk.Start, chunk.End - chunk.Start);
        }
        else if (PngProfile.Rewrite(chunk.Data) is { } profile)
        {
            kept.Add(profile);
        }
    }
}
