using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// Distinguishes HEIC, AVIF and video: all of them consist of boxes, and the first box lists the formats that the file conforms to.
/// </summary>
internal static class HeifBrands
{
    private const int LongestBox = 1024;

    /// <summary>Returns null for any other file, and for one that declares images but not their compression.</summary>
    public static ImageType? Detect(ReadOnlySpan<byte> file)
    {
        var length = (int)Math.Min(Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file), LongestBox), (uint)file.Length);
        ImageType? type = null;
        for (var position = 8; position + 4 <= length; position += 4)
        {
            // The second slot holds a version number.
            if (position != 12)
            {
                type ??= DetectBrand(file.Slice(position, 4));
            }
        }

        return type;
    }

    private static ImageType? DetectBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) ? ImageType.Avif
        : brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8) || brand.SequenceEqual("heis"u8)
            || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8) ? ImageType.Heic
        : null;
}
