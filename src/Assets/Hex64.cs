using System.Globalization;

namespace Pipeline.Assets;

/// <summary>64 bits as 16 lower-case hex digits: the form of fingerprints and perceptual hashes on the bus and in the database.</summary>
public static class Hex64
{
    public const int Length = 16;

    public static bool Is(string? text) => text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Returns null for invalid text, so that a worker's mistake does not fail the whole outcome.</summary>
    public static string? OrNull(string? text) => Is(text) ? text : null;

    public static ulong Parse(string text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
