using System.Buffers.Binary;
using System.IO.Compression;

namespace Pipeline.TestKit.Images;

/// <summary>PNGs that no encoder writes: any size, one colour, any chunks.</summary>
public sealed class PngBuilder(int width, int height, byte bitDepth = 8, byte colourType = 2, bool interlaced = false)
{
    private readonly List<byte[]> _before = [];
    private readonly List<byte[]> _after = [];

    /// <summary>Noise that repeats after this number of rows, instead of zeros; up to 32 KB it compresses a hundredfold. Not for interlaced images.</summary>
    public int NoisyRows { get; init; }

    /// <summary>A chunk between the header and the pixels.</summary>
    public PngBuilder With(string name, byte[] data)
    {
        _before.Add(Chunk(name, data));
        return this;
    }

    /// <summary>A chunk after the pixels.</summary>
    public PngBuilder WithBehind(string name, byte[] data)
    {
        _after.Add(Chunk(name, data));
        return this;
    }

    public byte[] Build()
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (bitDepth, colourType, interlaced ? (byte)1 : (byte)0);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR", header), .. _before.SelectMany(chunk => chunk),
            .. Chunk("IDAT", Pixels()), .. _after.SelectMany(chunk => chunk), .. Chunk("IEND", [])];
    }

    /// <summary>Text that compresses a thousandfold, for <c>zTXt</c> and <c>iTXt</c>.</summary>
    public static byte[] PackedText(string chunk, long length) => chunk == "zTXt"
        ? [.. "Comment\0\0"u8, .. Zeros(length)]
        : [.. "Comment\0"u8, 1, 0, 0, 0, .. Zeros(length)];

    /// <summary>This number of zeros, compressed.</summary>
    public static byte[] Zeros(long length)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            var block = new byte[1 << 20];
            for (var left = length; left > 0; left -= block.Length) deflate.Write(block, 0, (int)Math.Min(left, block.Length));
        }

        return packed.ToArray();
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        System.Text.Encoding.ASCII.GetBytes(name, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }

    private byte[] Pixels()
    {
        var bits = bitDepth * colourType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        return NoisyRows > 0 ? Noise(bits) : interlaced ? Zeros(Passes.Sum(pass => Rows(pass, bits))) : Zeros(Row(width, bits) * height);
    }

    private byte[] Noise(int bits)
    {
        var rows = new byte[Row(width, bits) * NoisyRows];
        new Random(7).NextBytes(rows);

        // Each row begins with its filter type, 0 for none.
        for (var row = 0; row < NoisyRows; row++) rows[row * Row(width, bits)] = 0;
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            for (var left = Row(width, bits) * height; left > 0; left -= rows.Length) deflate.Write(rows, 0, (int)Math.Min(left, rows.Length));
        }

        return packed.ToArray();
    }

    private static (int X, int Y, int DX, int DY)[] Passes =>
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private long Rows((int X, int Y, int DX, int DY) pass, int bits)
    {
        var (across, down) = ((width - pass.X + pass.DX - 1) / pass.DX, (height - pass.Y + pass.DY - 1) / pass.DY);
        return across <= 0 || down <= 0 ? 0 : Row(across, bits) * down;
    }

    private static long Row(long pixels, int bits) => (((pixels * bits) + 7) / 8) + 1;
}
