using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// The chunks that a picture can be shown without, but not in its own colours. Each has a length to hold, so that nothing else fits.
/// </summary>
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

    /// <summary>Whether browsers look at it there: elsewhere they go without it, and libpng has a remark that passes for damage.</summary>
    /// <param name="chunk">One that <see cref="Find"/> knows.</param>
    /// <param name="colourType">As the header says: 0 is grey, 2 is RGB, 3 has a palette, and others have alpha.</param>
    /// <param name="palette">Colours in the palette so far; 0 before it.</param>
    public static bool IsInPlace(PngReader chunk, byte colourType, int palette) => chunk.Is("tRNS"u8)
        ? (colourType, chunk.Data.Length) is (0, 2) or (2, 6) || (colourType == 3 && chunk.Data.Length <= palette)
        : palette == 0;

    /// <summary>Its place in the list, or -1 if it is none or has a length that it cannot have.</summary>
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
