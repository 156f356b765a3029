namespace Pipeline.Imaging.Headers;

/// <summary>Checks the chunks of a PNG before it is decoded. The PNG starts with its signature; the rest can be anything.</summary>
internal static class PngChunks
{
    /// <summary>
    /// True if a CgBI chunk precedes the header (Apple's variant): the pixels then use another compression and channel order.
    /// </summary>
    public static bool AreForApps(ReadOnlySpan<byte> png)
    {
        var reader = new PngReader(png);
        return reader.Next() && reader.Is("CgBI"u8);
    }

    /// <summary>
    /// True if each chunk before the pixels lies inside the file. libpng allocates the declared length of a chunk before it reads it: a
    /// file of 57 bytes can cost a gigabyte. It reads pixels in small steps, so a file that ends inside them passes.
    /// </summary>
    public static bool AreComplete(ReadOnlySpan<byte> png)
    {
        var reader = new PngReader(png);
        while (!reader.IsNext("IDAT"u8))
        {
            if (!reader.Next())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// True if the header comes first and the chunks of the pixels follow each other. Browsers show nothing of any other file.
    /// </summary>
    public static bool AreInOrder(ReadOnlySpan<byte> png)
    {
        var reader = new PngReader(png);
        var isInOrder = reader.Next() && PngHeader.Is(reader);
        var (hasPixels, isBehind) = (false, false);
        while (isInOrder && reader.Next() && !reader.Is("IEND"u8))
        {
            var isPixels = reader.Is("IDAT"u8);
            isInOrder = !isPixels || !isBehind;
            isBehind = hasPixels && !isPixels;
            hasPixels |= isPixels;
        }

        return isInOrder;
    }
}
