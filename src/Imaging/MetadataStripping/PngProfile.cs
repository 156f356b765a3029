using System.IO.Compression;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// A PNG stores its colour profile compressed, under a name of free text. This class unpacks, checks and repacks the profile, so that
/// neither the name nor trailing bytes remain.
/// </summary>
internal static class PngProfile
{
    private const int LongestName = 79;
    private const int Step = 64 * 1024;

    /// <summary>Returns a chunk with a fixed name; null if the data holds no profile.</summary>
    public static byte[]? Rewrite(ReadOnlySpan<byte> data) => Read(data) is { Length: > 0 } profile ? Pack(profile) : null;

    /// <summary>Returns the profile; empty if the data holds none.</summary>
    public static byte[] Read(ReadOnlySpan<byte> data)
    {
        // The zero after the name is followed by the compression method; 0 is the only one.
        var name = data.IndexOf((byte)0);
        if (name is < 1 or > LongestName || name + 2 > data.Length || data[name + 1] != 0)
        {
            return [];
        }

        using var unpacked = Unpack(data[(name + 2)..].ToArray());
        return unpacked is null ? [] : IccProfiles.Trim(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length)).ToArray();
    }

    /// <summary>Returns a chunk with the compressed profile.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> profile)
    {
        using var packed = new MemoryStream();
        packed.Write("icc\0\0"u8);
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(profile);
        }

        return PngChunk.Make("iCCP"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    /// <summary>
    /// Stops above the limit for profiles, because data can unpack to a thousand times its size. Null if the data is damaged.
    /// </summary>
    private static MemoryStream? Unpack(byte[] packed)
    {
        var unpacked = new MemoryStream();
        try
        {
            using var inflate = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            var buffer = new byte[Step];
            for (int read; unpacked.Length <= IccProfiles.MaxLength && (read = inflate.Read(buffer)) > 0;)
            {
                unpacked.Write(buffer, 0, read);
            }

            return unpacked;
        }
        catch (InvalidDataException)
        {
            // The compression is damaged. Viewers ignore the profile as well.
            unpacked.Dispose();
            return null;
        }
    }
}
