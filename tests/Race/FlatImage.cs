using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Pipeline.TestKit;

namespace Pipeline.Race;

/// <summary>A PNG of one colour. All have the same length, since an upload URL binds the length.</summary>
internal sealed record FlatImage(Colour Colour, byte[] Bytes)
{
    private const int Side = 16;

    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    public bool IsInfected => Holds(Bytes);

    /// <summary>A clean image; an unknown chunk makes it as long as an infected one.</summary>
    public static FlatImage Clean(Colour colour) => new(colour, [.. Start(colour), .. Chunk("raCe", new byte[EicarFile.Bytes.Length - 12]), .. Chunk("IEND", [])]);

    /// <summary>An image that any decoder accepts, with EICAR after its end: only the scanner rejects it.</summary>
    public static FlatImage Infected(Colour colour) => new(colour, [.. Start(colour), .. Chunk("IEND", []), .. EicarFile.Bytes]);

    /// <summary>Whether these bytes contain EICAR.</summary>
    public static bool Holds(ReadOnlySpan<byte> bytes) => bytes.IndexOf(EicarFile.Bytes) >= 0;

    private static byte[] Start(Colour colour)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Side);
        (header[8], header[9]) = (8, 2); // bits per sample, RGB
        byte[] row = [0, .. Enumerable.Repeat(new[] { colour.Red, colour.Green, colour.Blue }, Side).SelectMany(pixel => pixel)];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.NoCompression))
            for (var y = 0; y < Side; y++)
                zlib.Write(row);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray())];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(name, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Checksum(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    // The CRC of PNG, bit by bit, since these images are small.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var b in bytes)
        {
            sum ^= b;
            for (var bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320u);
        }

        return ~sum;
    }
}

/// <summary>Eight bits per channel.</summary>
internal sealed record Colour(byte Red, byte Green, byte Blue)
{
    // Lossy encoders change a flat colour by at most this.
    private const int Near = 8;

    public bool IsNear(Colour other) =>
        Math.Abs(Red - other.Red) <= Near && Math.Abs(Green - other.Green) <= Near && Math.Abs(Blue - other.Blue) <= Near;
}
