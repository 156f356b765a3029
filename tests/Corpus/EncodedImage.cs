using System.Buffers.Binary;

namespace Pipeline.Corpus;

/// <summary>
/// Properties of a JPEG or WebP, parsed here by hand, since the library that wrote the file would share its own mistakes.
/// </summary>
/// <param name="End">Offset of the image's end; bytes after it are foreign.</param>
internal sealed record EncodedImage(string Format, int Width, int Height, bool Progressive, int End)
{
    /// <summary>Null if the bytes are neither format.</summary>
    public static EncodedImage? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
                return ReadJpeg(bytes);
            return bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? ReadWebp(bytes) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static EncodedImage? ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        var (width, height, progressive) = (0, 0, false);
        var at = 2;
        while (bytes.Slice(at, 2) is [0xFF, var marker])
        {
            at += 2;
            switch (marker)
            {
                case 0xFF:
                    at--; // a fill byte
                    continue;
                case 0xD9:
                    return width > 0 ? new EncodedImage("jpeg", width, height, progressive, at) : null;
                case 0xC0 or 0xC1 or 0xC2:
                    progressive = marker == 0xC2;
                    height = BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(at + 3, 2));
                    width = BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(at + 5, 2));
                    break;
            }

            at += BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(at, 2));
            if (marker == 0xDA)
                at = AfterScan(bytes, at);
        }

        return null;
    }

    /// <summary>Within a scan FF is data if 00 follows, and a restart marker belongs to the scan.</summary>
    private static int AfterScan(ReadOnlySpan<byte> bytes, int at)
    {
        while (bytes.Slice(at, 2) is not [0xFF, not (0x00 or (>= 0xD0 and <= 0xD7))])
            at++;
        return at;
    }

    private static EncodedImage? ReadWebp(ReadOnlySpan<byte> bytes)
    {
        var end = 8 + checked((int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(4, 4)));
        var chunk = bytes[12..];
        var data = chunk[8..];
        var (width, height) = chunk switch
        {
            _ when chunk.StartsWith("VP8 "u8) => (
                BinaryPrimitives.ReadUInt16LittleEndian(data.Slice(6, 2)) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(data.Slice(8, 2)) & 0x3FFF),
            _ when chunk.StartsWith("VP8L"u8) => (
                (int)(BinaryPrimitives.ReadUInt32LittleEndian(data.Slice(1, 4)) & 0x3FFF) + 1,
                (int)((BinaryPrimitives.ReadUInt32LittleEndian(data.Slice(1, 4)) >> 14) & 0x3FFF) + 1),
            _ when chunk.StartsWith("VP8X"u8) => (ReadUInt24(data.Slice(4, 3)) + 1, ReadUInt24(data.Slice(7, 3)) + 1),
            _ => (0, 0),
        };
        return width > 0 && end <= bytes.Length ? new EncodedImage("webp", width, height, Progressive: false, end) : null;
    }

    private static int ReadUInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
