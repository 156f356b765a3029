namespace Pipeline.Imaging.Headers;

/// <summary>Finds the first EXIF block of a file, the one that decoders read.</summary>
internal static class ExifFinder
{
    /// <summary>JPEG requires it before the block; some writers add it in other types too.</summary>
    public static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>Returns the block without <see cref="Prefix"/>; empty if there is none, or if the file cannot be parsed up to it.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> source, ImageType type)
    {
        var block = ImageTypes.Sniff(source) != type ? default : type switch
        {
            ImageType.Jpeg => InJpeg(source),
            ImageType.Png => InPng(source),
            ImageType.Webp => InWebp(source),
            _ => default,
        };
        return type != ImageType.Jpeg && block.StartsWith(Prefix) ? block[Prefix.Length..] : block;
    }

    /// <summary>The orientation of the block, except in a PNG where the block begins with <see cref="Prefix"/>, which browsers do not read there.</summary>
    public static int Orientation(ReadOnlySpan<byte> source, ImageType type) =>
        type == ImageType.Png && ImageTypes.Sniff(source) == type && InPng(source).StartsWith(Prefix) ? 1 : new ExifDirectory(Find(source, type)).Orientation;

    private static ReadOnlySpan<byte> InJpeg(ReadOnlySpan<byte> jpeg)
    {
        var reader = new JpegReader(jpeg);
        while (reader.Next() && reader.Marker is not (JpegReader.StartOfScan or JpegReader.EndOfImage))
        {
            // Browsers ignore the last byte of the prefix, and an empty block.
            if (reader.Marker == 0xE1 && reader.Payload.StartsWith(Prefix[..^1]) && reader.Payload.Length > Prefix.Length)
            {
                return reader.Payload[Prefix.Length..];
            }
        }

        return default;
    }

    private static ReadOnlySpan<byte> InPng(ReadOnlySpan<byte> png)
    {
        // Ignore a block after the pixels: a decoder that works from top to bottom finds it too late.
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
        // Readers look for EXIF only if the header of an extended file announces it.
        var reader = RiffReader.OfFile(webp);
        var header = WebpHeader.Read(ref reader);
        if (header.IsEmpty || (header[0] & WebpFlags.Exif) == 0)
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
