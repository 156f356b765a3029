using System.Buffers.Binary;

namespace Pipeline.Fuzz;

/// <summary>Corrects the checksums of a PNG after its bytes were changed.</summary>
internal static class PngChecksums
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Does not change other files, or the bytes after the first chunk that reaches beyond the end.</summary>
    public static void Mend(Span<byte> file)
    {
        if (!file.StartsWith(Signature))
            return;
        var rest = file[Signature.Length..];
        while (rest.Length >= 12)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                return;
            var body = rest.Slice(4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(rest[((int)length + 8)..], Crc(body));
            rest = rest[((int)length + 12)..];
        }
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
