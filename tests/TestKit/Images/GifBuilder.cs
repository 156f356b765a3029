namespace Pipeline.TestKit.Images;

/// <summary>GIFs that no encoder writes: a large screen, and frames of a single pixel or of a pattern that compresses a hundredfold.</summary>
public static class GifBuilder
{
    private const byte Background = 3;

    /// <summary>Red, lime, blue and yellow; yellow is the background.</summary>
    private static ReadOnlySpan<byte> Colours => [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0];

    /// <param name="width">Of the screen.</param>
    /// <param name="height">Of the screen.</param>
    /// <param name="frames">Number of frames of one pixel, each at another position.</param>
    /// <param name="extension">A whole extension block before each frame.</param>
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

    /// <summary>Frames of one colour each, at any position of a screen.</summary>
    /// <param name="width">Of the screen.</param>
    /// <param name="height">Of the screen.</param>
    /// <param name="frames">Their colours are indexes of <see cref="Colours"/>.</param>
    public static byte[] Parts(int width, int height, params GifPart[] frames)
    {
        using var gif = new MemoryStream();
        gif.Write([.. "GIF89a"u8, .. Word(width), .. Word(height), 0xF1, Background, 0, .. Colours]);
        if (frames.Length > 1) gif.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
        foreach (var frame in frames)
        {
            var flags = (byte)((frame.Disposal << 2) | (frame.Transparent is null ? 0 : 1));
            gif.Write([0x21, 0xF9, 4, flags, 5, 0, frame.Transparent ?? 0, 0, 0x2C]);
            gif.Write([.. Word(frame.Left), .. Word(frame.Top), .. Word(frame.Width), .. Word(frame.Height), 0, 8]);
            foreach (var block in Lzw([frame.Colour], frame.Stored ?? (frame.Width * frame.Height)).Chunk(255)) gif.Write([(byte)block.Length, .. block]);
            gif.WriteByte(0);
        }

        gif.WriteByte(0x3B);
        return gif.ToArray();
    }

    /// <param name="width">Of the screen and of each frame.</param>
    /// <param name="height">Of the screen and of each frame.</param>
    /// <param name="frames">Number of frames, each with different pixels.</param>
    /// <param name="period">Pixels after which the pattern repeats; a smaller period gives a smaller file.</param>
    public static byte[] Patterns(int width, int height, int frames, int period)
    {
        var random = new Random(7);
        using var gif = new MemoryStream();
        gif.Write([.. "GIF89a"u8, .. Word(width), .. Word(height), 0xF7, 0, 0]);
        for (var i = 0; i < 256 * 3; i++) gif.WriteByte((byte)random.Next(256));
        gif.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
        for (var i = 0; i < frames; i++)
        {
            var pattern = new byte[period];
            random.NextBytes(pattern);
            gif.Write([0x21, 0xF9, 4, 4, 5, 0, 0, 0, 0x2C, 0, 0, 0, 0, .. Word(width), .. Word(height), 0, 8]);
            foreach (var block in Lzw(pattern, width * height).Chunk(255)) gif.Write([(byte)block.Length, .. block]);
            gif.WriteByte(0);
        }

        gif.WriteByte(0x3B);
        return gif.ToArray();
    }

    /// <summary>Compresses with a dictionary that is never cleared, so that it keeps long strings.</summary>
    private static byte[] Lzw(byte[] pattern, int pixels)
    {
        const int clear = 256;
        var (codes, next, bits, held, buffer) = (new Dictionary<(int, byte), int>(), clear + 2, 9, 0, 0u);
        using var packed = new MemoryStream();
        void Write(int code)
        {
            buffer |= (uint)code << held;
            for (held += bits; held >= 8; held -= 8, buffer >>= 8) packed.WriteByte((byte)buffer);
        }

        Write(clear);
        int current = pattern[0];
        for (var i = 1; i < pixels; i++)
        {
            var pixel = pattern[i % pattern.Length];
            if (codes.TryGetValue((current, pixel), out var longer))
            {
                current = longer;
                continue;
            }

            Write(current);
            if (next < 4096)
            {
                if (next == 1 << bits) bits++;
                codes[(current, pixel)] = next++;
            }

            current = pixel;
        }

        Write(current);
        Write(clear + 1);
        packed.WriteByte((byte)buffer);
        return packed.ToArray();
    }

    private static byte[] Word(int value) => [(byte)value, (byte)(value >> 8)];
}

/// <summary>A frame of one colour.</summary>
/// <param name="Colour">Index of its colour.</param>
/// <param name="Disposal">Disposal method of GIF: 0 or 1 keep the frame, 2 clears its area, 3 and 4 restore the previous content.</param>
/// <param name="Transparent">Index of the transparent colour.</param>
/// <param name="Stored">Number of pixels before the end code; null for all.</param>
public sealed record GifPart(int Left, int Top, int Width, int Height, byte Colour, int Disposal = 0, byte? Transparent = null, int? Stored = null);
