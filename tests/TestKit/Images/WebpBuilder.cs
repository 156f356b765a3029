using System.Buffers.Binary;

namespace Pipeline.TestKit.Images;

/// <summary>WebPs that no encoder writes, built from still ones.</summary>
public static class WebpBuilder
{
    /// <summary>Shows still images one after the other, repeatedly.</summary>
    /// <param name="width">Of the canvas.</param>
    /// <param name="height">Of the canvas.</param>
    /// <param name="stills">Simple WebPs, no larger than the canvas.</param>
    /// <param name="frames">Total number of frames.</param>
    /// <param name="side">Declared side of each frame in pixels; by default that of the stills.</param>
    public static byte[] Animation(int width, int height, byte[][] stills, int frames, (int Width, int Height) side)
    {
        using var chunks = new MemoryStream();
        chunks.Write(Chunk("VP8X", [0x02, 0, 0, 0, .. Long(width - 1), .. Long(height - 1)]));
        chunks.Write(Chunk("ANIM", [0, 0, 0, 0, 0, 0]));
        for (var i = 0; i < frames; i++)
        {
            var pixels = stills[i % stills.Length].AsSpan(12);
            chunks.Write(Chunk("ANMF", [0, 0, 0, 0, 0, 0, .. Long(side.Width - 1), .. Long(side.Height - 1), 50, 0, 0, 0, .. pixels]));
        }

        return File(chunks.ToArray());
    }

    /// <summary>An extended file around the chunks of a simple one, with other chunks before and after them.</summary>
    public static byte[] Extended(int width, int height, byte flags, byte[] simple, byte[] before, byte[] behind) => File(
        [.. Chunk("VP8X", [flags, 0, 0, 0, .. Long(width - 1), .. Long(height - 1)]), .. before, .. simple.AsSpan(12), .. behind]);

    public static byte[] Chunk(string name, byte[] data)
    {
        var chunk = new byte[8 + data.Length + (data.Length & 1)];
        System.Text.Encoding.ASCII.GetBytes(name, chunk);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), data.Length);
        data.CopyTo(chunk, 8);
        return chunk;
    }

    private static byte[] File(byte[] chunks)
    {
        byte[] file = [.. "RIFF\0\0\0\0WEBP"u8, .. chunks];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    private static byte[] Long(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
