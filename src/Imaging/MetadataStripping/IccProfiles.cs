using System.Buffers.Binary;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>Tells a colour profile from other bytes that stand in its place.</summary>
internal static class IccProfiles
{
    /// <summary>Large enough for a press with four inks; those of screens and cameras have a few KiB.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    private const int HeaderLength = 128;

    /// <summary>How many numbers a pixel has in the colour space that the profile describes; 0 for a space that no picture comes in.</summary>
    public static int Bands(ReadOnlySpan<byte> profile)
    {
        var space = profile.Length < HeaderLength ? default : profile.Slice(16, 4);
        return space.SequenceEqual("RGB "u8) ? 3 : space.SequenceEqual("CMYK"u8) ? 4 : space.SequenceEqual("GRAY"u8) ? 1 : 0;
    }

    /// <summary>The profile without what comes after the length that it says; empty if it is none.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> profile)
    {
        // A table of tags follows the header, and begins with their number.
        if (profile.Length < HeaderLength + 4 || !profile[36..].StartsWith("acsp"u8))
        {
            return default;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(profile);
        return length is < HeaderLength + 4 or > MaxLength || length > profile.Length ? default : profile[..(int)length];
    }
}
