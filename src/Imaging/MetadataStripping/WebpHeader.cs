using System.Buffers.Binary;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>The header of an extended WebP: flags, and the size of the canvas less one in 24 bits each.</summary>
internal static class WebpHeader
{
    public const int Length = 10;

    private const int SizeBits = 0x3FFF;

    public static bool IsPixels(ReadOnlySpan<byte> name) => name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8);

    /// <summary>The header that fits pixels which had none; null if they do not begin as pixels do.</summary>
    public static byte[]? OfPixels(ReadOnlySpan<byte> pixels, bool lossless)
    {
        if (lossless)
        {
            // A signature, then 14 bits each for the sizes less one, and one bit for alpha.
            return pixels.Length >= 5 && pixels[0] == 0x2F ? OfLossless(BinaryPrimitives.ReadUInt32LittleEndian(pixels[1..])) : null;
        }

        // Behind three bytes of flags and the start code; the two bits above each size ask for no more than a scaled display.
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
