using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>The header of an extended WebP: flags, then width and height of the canvas minus one, in 24 bits each.</summary>
internal static class WebpHeader
{
    public const int Length = 10;

    private const int SizeBits = 0x3FFF;

    /// <summary>
    /// Returns the header of an extended file; empty for a simple file and for one that cannot be parsed. Readers ignore further bytes in its
    /// chunk.
    /// </summary>
    /// <param name="reader">At the start of the file; afterwards it is at its first chunk.</param>
    public static ReadOnlySpan<byte> Read(ref RiffReader reader) =>
        reader.Next() && reader.Is("VP8X"u8) && reader.Data.Length >= Length ? reader.Data[..Length] : default;

    public static bool IsPixels(ReadOnlySpan<byte> name) => name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8);

    /// <summary>Creates the header for the pixels of a simple file; null if the data does not begin like pixels.</summary>
    public static byte[]? OfPixels(ReadOnlySpan<byte> pixels, bool lossless)
    {
        if (lossless)
        {
            // A signature, then width and height minus one in 14 bits each, then one bit for alpha.
            return pixels.Length >= 5 && pixels[0] == 0x2F ? OfLossless(BinaryPrimitives.ReadUInt32LittleEndian(pixels[1..])) : null;
        }

        // The sizes follow three bytes of flags and the start code; the two bits above each size only request a scaled display.
        return pixels.Length >= 10 && pixels[3..].StartsWith([(byte)0x9D, (byte)0x01, (byte)0x2A])
            ? Write(0, Size(pixels[6..]), Size(pixels[8..]))
            : null;
    }

    private static int Size(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes) & SizeBits;

    private static byte[]? OfLossless(uint bits) => Write(
        (bits >> 28 & 1) != 0 ? WebpFlags.Alpha : (byte)0, (int)(bits & SizeBits) + 1, (int)(bits >> 14 & SizeBits) + 1);

    private static byte[]? Write(byte flags, int width, int height)
    {
        if (width == 0 || height == 0)
        {
            return null;
        }

        var header = new byte[Length];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), width - 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(7), (ushort)(height - 1));
        header[0] = flags;
        return header;
    }
}
