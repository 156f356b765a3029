using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Tells HEIC from AVIF and both from films: all of them are boxes, and the first box names what the file can be read as.</summary>
internal static class HeifBrands
{
    private const int LongestBox = 1024;

    /// <summary>Null for anything else, and for a file that says only that it holds images and not how they are compressed.</summary>
    public static ImageType? Tell(ReadOnlySpan<byte> file)
    {
        var length = (int)Math.Min(Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file), LongestBox), (uint)file.Length);
        ImageType? type = null;
        for (var position = 8; position + 4 <= length; position += 4)
        {
            // The second place holds a version.
            if (position != 12)
            {
                type ??= Tell4(file.Slice(position, 4));
            }
        }

        return type;
    }

    private static ImageType? Tell4(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) ? ImageType.Avif
        : brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8) || brand.SequenceEqual("heis"u8)
            || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8) ? ImageType.Heic
        : null;
}
