using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Reads what a PNG claims by stepping over its chunks, before a decoder sees it.</summary>
internal static class PngHeader
{
    private const int SignatureLength = 8;

    /// <summary>Length, name and checksum.</summary>
    private const int Frame = 12;

    /// <summary>
    /// All zero if the header is not where it must be. libpng has limits of its own, and says of a size above them only that it is no good.
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

    /// <summary>A chunk before the header says that the pixels are packed in another way and stand in another order.</summary>
    public static bool IsForApps(ReadOnlySpan<byte> png) => png.Length > SignatureLength + Frame && png[(SignatureLength + 4)..].StartsWith("CgBI"u8);

    /// <summary>
    /// Whether each chunk before the pixels lies inside the file. libpng sets aside what a chunk claims before it reads it: a file of 57
    /// bytes costs a gigabyte.
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
