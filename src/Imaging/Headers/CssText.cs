using System.Globalization;
using System.Text;

namespace Pipeline.Imaging.Headers;

/// <summary>Decodes the escapes in CSS, so that keywords can be found.</summary>
internal static class CssText
{
    private const int LongestNumber = 6;

    /// <summary>Replaces each escape with the character that it stands for.</summary>
    public static string Unescape(string css)
    {
        if (!css.Contains('\\', StringComparison.Ordinal))
        {
            return css;
        }

        var plain = new StringBuilder(css.Length);
        for (var at = 0; at < css.Length; at++)
        {
            if (css[at] != '\\')
            {
                plain.Append(css[at]);
                continue;
            }

            var end = at + 1;
            while (end < css.Length && end - at <= LongestNumber && char.IsAsciiHexDigit(css[end])) end++;
            if (end == at + 1)
            {
                // Before any other character, the backslash only makes the character literal.
                continue;
            }

            var number = int.Parse(css.AsSpan(at + 1, end - at - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            plain.Append(Rune.IsValid(number) ? new Rune(number) : Rune.ReplacementChar);

            // One blank after the number is part of the escape.
            at = end < css.Length && char.IsWhiteSpace(css[end]) ? end : end - 1;
        }

        return plain.ToString();
    }
}
