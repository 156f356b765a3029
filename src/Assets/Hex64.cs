using System.Globalization;

namespace Pipeline.Assets;

/// <summary>64 bits as 16 lower-case hex digits: the form of fingerprints and perceptual hashes on the bus and in the database.</summary>
public static class Hex64
{
    public const int Length = 16;

    public static bool Is(string? text) => text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Null in place of what is none: a worker's slip must not cost the asset.</summary>
    public static string? OrNull(string? text) => Is(text) ? text : null;

    public static ulong Parse(string text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
