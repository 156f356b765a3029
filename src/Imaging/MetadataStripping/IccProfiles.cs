using System.Buffers.Binary;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>Checks colour profiles, because files can hold other bytes in their place.</summary>
internal static class IccProfiles
{
    /// <summary>In bytes. Large enough for a press with four inks; profiles of screens and cameras have a few KiB.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    private const int HeaderLength = 128;
    private const int TableStart = HeaderLength + 4;
    private const int EntryLength = 12;
    private const int NewestVersion = 4;
    private const double WhiteTolerance = 0.01;

    /// <summary>Returns the channels of a pixel in the profile's colour space; 0 for a space that images do not use.</summary>
    public static int Bands(ReadOnlySpan<byte> profile)
    {
        var space = profile.Length < HeaderLength ? default : profile.Slice(16, 4);
        return space.SequenceEqual("RGB "u8) ? 3 : space.SequenceEqual("CMYK"u8) ? 4 : space.SequenceEqual("GRAY"u8) ? 1 : 0;
    }

    /// <summary>Returns the profile without the bytes after its declared length; empty if it is not a profile.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> profile)
    {
        // The tag table follows the header and begins with the number of tags.
        if (profile.Length < TableStart || !profile[36..].StartsWith("acsp"u8))
        {
            return default;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(profile);
        return length is < TableStart or > MaxLength || length > profile.Length ? default : profile[..(int)length];
    }

    /// <summary>
    /// True if browsers take the bytes for a profile: all its tags lie inside its length, its white is that of profiles, and its version is 4
    /// or less. They show an image with any other as if it had none.
    /// </summary>
    public static bool IsReadable(ReadOnlySpan<byte> profile)
    {
        profile = Trim(profile);
        return !profile.IsEmpty && profile[8] <= NewestVersion && HasUsualWhite(profile[68..])
            && (profile[20..].StartsWith("XYZ "u8) || profile[20..].StartsWith("Lab "u8)) && HoldsItsTags(profile);
    }

    /// <summary>
    /// True if browsers apply the profile to pixels with this number of channels. They show grey pixels as RGB, and so apply a profile of RGB
    /// to them. Inks need a table of colours.
    /// </summary>
    public static bool Fits(ReadOnlySpan<byte> profile, int bands) => IsReadable(profile) && Bands(profile) switch
    {
        1 => bands == 1,
        3 => bands is 1 or 3,
        4 => bands == 4 && !(Tag(profile, "A2B0").IsEmpty && Tag(profile, "A2B1").IsEmpty),
        _ => false,
    };

    /// <summary>Returns the data of a tag; empty if there is none, or if it lies outside the profile.</summary>
    /// <param name="profile">Has at least a header and the number of tags.</param>
    /// <param name="name">Of four letters.</param>
    public static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> profile, string name)
    {
        for (var i = 0; i < Tags(profile); i++)
        {
            var entry = profile.Slice(TableStart + (i * EntryLength), EntryLength);
            if (entry[0] == name[0] && entry[1] == name[1] && entry[2] == name[2] && entry[3] == name[3])
            {
                var (start, length) = Place(entry);
                return start + length <= profile.Length ? profile.Slice((int)start, (int)length) : default;
            }
        }

        return default;
    }

    private static bool HasUsualWhite(ReadOnlySpan<byte> white) => IsNear(white, 0.9642) && IsNear(white[4..], 1) && IsNear(white[8..], 0.8249);

    private static bool IsNear(ReadOnlySpan<byte> value, double wanted) =>
        Math.Abs((BinaryPrimitives.ReadInt32BigEndian(value) / 65536.0) - wanted) <= WhiteTolerance;

    private static bool HoldsItsTags(ReadOnlySpan<byte> profile)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(profile[HeaderLength..]) != Tags(profile))
        {
            return false;
        }

        for (var i = 0; i < Tags(profile); i++)
        {
            var (start, length) = Place(profile.Slice(TableStart + (i * EntryLength), EntryLength));
            if (length < 4 || start + length > profile.Length)
            {
                return false;
            }
        }

        return true;
    }

    private static int Tags(ReadOnlySpan<byte> profile) =>
        (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[HeaderLength..]), (uint)((profile.Length - TableStart) / EntryLength));

    private static (long Start, long Length) Place(ReadOnlySpan<byte> entry) =>
        (BinaryPrimitives.ReadUInt32BigEndian(entry[4..]), BinaryPrimitives.ReadUInt32BigEndian(entry[8..]));
}
