using System.Globalization;
using System.Runtime.InteropServices;

namespace Pipeline.Imaging;

/// <summary>A colour in sRGB, as text <c>#rrggbb</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    public static bool TryParse(string? text, out Rgb colour)
    {
        colour = default;
        if (text is not ['#', _, _, _, _, _, _]
            || !int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        colour = new Rgb((byte)(value >> 16), (byte)(value >> 8), (byte)value);
        return true;
    }

    public static Rgb Parse(string text) =>
        TryParse(text, out var colour) ? colour : throw new FormatException($"'{text}' is not a colour like #rrggbb.");

    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";
}
