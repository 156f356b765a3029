using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Reads what a GIF claims by stepping over its blocks, before a pixel is unpacked.</summary>
internal static class GifHeader
{
    /// <summary>
    /// The picture is as large as in browsers: the screen that the file names, or the first frame where that reaches beyond it. Stops counting one
    /// frame above <paramref name="limit"/>, and at the first block that is none; never reads past the end. All zero if the file ends inside its
    /// header.
    /// </summary>
    /// <returns>Pixels are those of all frames together, also where they lie outside of the screen.</returns>
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

    /// <summary>Whether the file ends inside a block. One that only lacks the mark at its end has all its frames.</summary>
    public static bool IsCutShort(ReadOnlySpan<byte> gif)
    {
        var reader = new GifReader(gif);
        while (reader.Next())
        {
        }

        return gif.Length < GifReader.HeaderLength || reader.End > gif.Length;
    }
}
