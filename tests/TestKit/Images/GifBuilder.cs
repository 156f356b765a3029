namespace Pipeline.TestKit.Images;

/// <summary>GIFs that no encoder writes: a large screen, and frames of a single pixel.</summary>
public static class GifBuilder
{
    /// <param name="width">Of the screen.</param>
    /// <param name="height">Of the screen.</param>
    /// <param name="frames">Of one pixel, each on another place.</param>
    /// <param name="extension">A whole extension block that stands before each frame.</param>
    public static byte[] Dots(int width, int height, int frames, byte[]? extension = null)
    {
        using var gif = new MemoryStream();
        gif.Write([.. "GIF89a"u8, .. Word(width), .. Word(height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
        gif.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
        for (var i = 0; i < frames; i++)
        {
            gif.Write(extension ?? []);
            gif.Write([0x21, 0xF9, 4, 4, 5, 0, 0, 0, 0x2C, .. Word(i % width), 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
        }

        gif.WriteByte(0x3B);
        return gif.ToArray();
    }

    private static byte[] Word(int value) => [(byte)value, (byte)(value >> 8)];
}
