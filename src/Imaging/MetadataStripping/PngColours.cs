using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>The optional chunks that define the colours of an image. Each has limits for its length, to keep other data out.</summary>
internal static class PngColours
{
    private static readonly (byte[] Name, int Shortest, int Longest)[] Kept =
    [
        ("tRNS"u8.ToArray(), 1, 256),
        ("gAMA"u8.ToArray(), 4, 4),
        ("cHRM"u8.ToArray(), 32, 32),
        ("sRGB"u8.ToArray(), 1, 1),
        ("iCCP"u8.ToArray(), 4, IccProfiles.MaxLength),
        ("sBIT"u8.ToArray(), 1, 4),
        ("cICP"u8.ToArray(), 4, 4),
        ("mDCV"u8.ToArray(), 24, 24),
        ("cLLI"u8.ToArray(), 8, 8),
    ];

    /// <summary>
    /// True if browsers use the chunk at this place. Elsewhere they ignore it, and the warning of libpng looks like damage.
    /// </summary>
    /// <param name="chunk">A chunk that <see cref="Find"/> knows.</param>
    /// <param name="colourType">From the header: 0 is grey, 2 is RGB, 3 has a palette, and others have alpha.</param>
    /// <param name="palette">Colours in the palette so far; 0 before it.</param>
    public static bool IsInPlace(PngReader chunk, byte colourType, int palette) => chunk.Is("tRNS"u8)
        ? (colourType, chunk.Data.Length) is (0, 2) or (2, 6) || (colourType == 3 && chunk.Data.Length <= palette)
        : palette == 0;

    /// <summary>Returns the index of the chunk in the list, or -1 if it is not listed or has an invalid length.</summary>
    public static int Find(ReadOnlySpan<byte> name, int length)
    {
        for (var i = 0; i < Kept.Length; i++)
        {
            if (name.SequenceEqual(Kept[i].Name))
            {
                return length >= Kept[i].Shortest && length <= Kept[i].Longest ? i : -1;
            }
        }

        return -1;
    }
}
