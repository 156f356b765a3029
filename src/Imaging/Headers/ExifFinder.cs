namespace Pipeline.Imaging.Headers;

/// <summary>Finds the first EXIF block of a file, which is the one that decoders look at.</summary>
internal static class ExifFinder
{
    /// <summary>Before the block in a JPEG; some writers put it before those of other types too.</summary>
    public static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>Empty if there is none, or if the file cannot be followed to it; without <see cref="Prefix"/>.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> source, ImageType type)
    {
        var block = ImageTypes.Sniff(source) != type ? default : type switch
        {
            ImageType.Jpeg => InJpeg(source),
            ImageType.Png => InPng(source),
            ImageType.Webp => InWebp(source),
            _ => default,
        };
        return block.StartsWith(Prefix) ? block[Prefix.Length..] : block;
    }

    private static ReadOnlySpan<byte> InJpeg(ReadOnlySpan<byte> jpeg)
    {
        var reader = new JpegReader(jpeg);
        while (reader.Next() && reader.Marker is not (JpegReader.StartOfScan or JpegReader.EndOfImage))
        {
            if (reader.Marker == 0xE1 && reader.Payload.StartsWith(Prefix))
            {
                return reader.Payload;
            }
        }

        return default;
    }

    private static ReadOnlySpan<byte> InPng(ReadOnlySpan<byte> png)
    {
        // Behind the pixels a decoder that works from top to bottom comes to it too late, so none counts there.
        var reader = new PngReader(png);
        while (reader.Next() && !reader.Is("IDAT"u8))
        {
            if (reader.Is("eXIf"u8) && reader.IsIntact)
            {
                return reader.Data;
            }
        }

        return default;
    }

    private static ReadOnlySpan<byte> InWebp(ReadOnlySpan<byte> webp)
    {
        // Without a header that announces it, readers look for none.
        var reader = RiffReader.OfFile(webp);
        if (!reader.Next() || !reader.Is("VP8X"u8) || reader.Data.IsEmpty || (reader.Data[0] & WebpFlags.Exif) == 0)
        {
            return default;
        }

        while (reader.Next())
        {
            if (reader.Is("EXIF"u8))
            {
                return reader.Data;
            }
        }

        return default;
    }
}
