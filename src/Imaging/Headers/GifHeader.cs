using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Reads the declared size and frames of a GIF from its blocks, before any pixel is unpacked.</summary>
internal static class GifHeader
{
    /// <summary>
    /// Returns the size that browsers use: the declared screen, enlarged where the first frame reaches beyond it. Stops counting one frame
    /// above <paramref name="limit"/>, and at the first invalid block; never reads past the end. All zero if the file ends inside its
    /// header.
    /// </summary>
    /// <returns>Pixels is the sum over all frames, including their parts outside the screen.</returns>
    public static (int Width, int Height, int Frames, long Pixels) Read(ReadOnlySpan<byte> gif, int limit)
    {
        if (gif.Length < GifReader.HeaderLength)
        {
            return default;
        }

        int width = BinaryPrimitives.ReadUInt16LittleEndian(gif[6..]), height = BinaryPrimitives.ReadUInt16LittleEndian(gif[8..]);
        var (frames, pixels) = (0, 0L);
        var reader = new GifReader(gif);
        while (frames <= limit && reader.Next())
        {
            if (!reader.IsImage)
            {
                continue;
            }

            if (frames++ == 0)
            {
                width = Math.Max(width, reader.Place.Left + reader.Size.Width);
                height = Math.Max(height, reader.Place.Top + reader.Size.Height);
            }

            pixels += (long)reader.Size.Width * reader.Size.Height;
        }

        return (width, height, frames, pixels);
    }

    /// <summary>True if the file ends inside a block. A file that only lacks the trailer byte has all its frames.</summary>
    public static bool IsCutShort(ReadOnlySpan<byte> gif)
    {
        var reader = new GifReader(gif);
        while (reader.Next())
        {
        }

        return gif.Length < GifReader.HeaderLength || reader.End > gif.Length;
    }
}
