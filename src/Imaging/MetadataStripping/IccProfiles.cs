using System.Buffers.Binary;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>Checks colour profiles, because files can hold other bytes in their place.</summary>
internal static class IccProfiles
{
    /// <summary>In bytes. Large enough for a press with four inks; profiles of screens and cameras have a few KiB.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    private const int HeaderLength = 128;

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
        if (profile.Length < HeaderLength + 4 || !profile[36..].StartsWith("acsp"u8))
        {
            return default;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(profile);
        return length is < HeaderLength + 4 or > MaxLength || length > profile.Length ? default : profile[..(int)length];
    }
}
