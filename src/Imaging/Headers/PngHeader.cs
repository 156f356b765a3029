using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Reads the declared size and the chunk lengths of a PNG before it is decoded.</summary>
internal static class PngHeader
{
    private const int SignatureLength = 8;

    /// <summary>Bytes of the length, name and checksum of a chunk.</summary>
    private const int Frame = 12;

    /// <summary>
    /// Returns zeros if the header is not in its place. Our limits need the size, because libpng only reports that a size above its own
    /// limits is invalid.
    /// </summary>
    public static (int Width, int Height) ReadSize(ReadOnlySpan<byte> png)
    {
        if (png.Length < SignatureLength + Frame + 8 || !png[(SignatureLength + 4)..].StartsWith("IHDR"u8))
        {
            return default;
        }

        var size = png[(SignatureLength + 8)..];
        return (Clamp(BinaryPrimitives.ReadUInt32BigEndian(size)), Clamp(BinaryPrimitives.ReadUInt32BigEndian(size[4..])));
    }

    /// <summary>
    /// True if a CgBI chunk precedes the header (Apple's variant): the pixels then use another compression and channel order.
    /// </summary>
    public static bool IsForApps(ReadOnlySpan<byte> png) => png.Length > SignatureLength + Frame && png[(SignatureLength + 4)..].StartsWith("CgBI"u8);

    /// <summary>
    /// True if each chunk before the pixels lies inside the file. libpng allocates the declared length of a chunk before it reads it: a
    /// file of 57 bytes can cost a gigabyte.
    /// </summary>
    public static bool ChunksAreComplete(ReadOnlySpan<byte> png)
    {
        var rest = png[SignatureLength..];
        while (rest.Length >= Frame)
        {
            if (rest[4..].StartsWith("IDAT"u8))
            {
                return true;
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Frame)
            {
                return false;
            }

            rest = rest[((int)length + Frame)..];
        }

        return false;
    }

    private static int Clamp(uint length) => (int)Math.Min(length, int.MaxValue);
}
