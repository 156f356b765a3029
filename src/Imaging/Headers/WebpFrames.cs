using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Reads the declared size and frames of an animated WebP before a decoder walks through all its frames.</summary>
internal static class WebpFrames
{
    /// <summary>Stops counting one frame above <paramref name="limit"/>. All zero for a still image.</summary>
    public static (int Width, int Height, int Frames) Read(ReadOnlySpan<byte> webp, int limit)
    {
        var reader = RiffReader.OfFile(webp);
        var header = WebpHeader.Read(ref reader);
        if (header.IsEmpty || (header[0] & WebpFlags.Animation) == 0)
        {
            return default;
        }

        var size = header[4..];
        var (width, height) = (Length(size), Length(size[3..]));
        var frames = 0;
        while (frames <= limit && reader.Next())
        {
            frames += reader.Is("ANMF"u8) ? 1 : 0;
        }

        return (width, height, frames);
    }

    /// <summary>Reads a side, which is stored minus one in 24 bits.</summary>
    private static int Length(ReadOnlySpan<byte> bytes) => (BinaryPrimitives.ReadUInt16LittleEndian(bytes) | (bytes[2] << 16)) + 1;
}
