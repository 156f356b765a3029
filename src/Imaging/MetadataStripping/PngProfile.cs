using System.IO.Compression;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// The colour profile of a PNG stands packed under a name that anybody may choose. It is unpacked, looked at and packed again, so that
/// neither a name nor bytes behind it are left.
/// </summary>
internal static class PngProfile
{
    private const int LongestName = 79;
    private const int Step = 64 * 1024;

    /// <summary>A chunk with a name of ours; null if there is no profile in it.</summary>
    public static byte[]? Rewrite(ReadOnlySpan<byte> data) => Read(data) is { Length: > 0 } profile ? Pack(profile) : null;

    /// <summary>The profile; empty if there is none in the chunk.</summary>
    public static byte[] Read(ReadOnlySpan<byte> data)
    {
        // Behind the name's end stands the only way of packing there is, 0.
        var name = data.IndexOf((byte)0);
        if (name is < 1 or > LongestName || name + 2 > data.Length || data[name + 1] != 0)
        {
            return [];
        }

        using var unpacked = Unpack(data[(name + 2)..].ToArray());
        return unpacked is null ? [] : IccProfiles.Trim(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length)).ToArray();
    }

    /// <summary>A chunk with a profile.</summary>
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

    /// <summary>Stops above the size of any profile: a thousand times as much can be packed into a few bytes.</summary>
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
            // Packed wrongly. A viewer goes without the profile as well.
            unpacked.Dispose();
            return null;
        }
    }
}
