using System.Globalization;
using System.Text;

namespace Pipeline.Cli.Output;

/// <summary>Makes text of others fit for a terminal: one line, and nothing in it that a terminal would act on.</summary>
static class Printable
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>
    /// Drops escape sequences' control characters and whatever is no character at all, and shows invisible ones by their numbers, <c>\u{200E}</c>: a
    /// name may hold them, and a terminal would hide them or turn the line around. Joiners stay, as words and emoji fall apart without them.
    /// </summary>
    /// <param name="text">Anything.</param>
    /// <param name="longest">Cut behind so many UTF-16 units.</param>
    public static string Clean(string? text, int longest = int.MaxValue)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= longest) return clean.Append('…').ToString();
            if (rune.Value is '\n' or '\r' or '\t') clean.Append(' ');
            else if (rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner) clean.Append(rune);
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format) clean.Append("\\u{").Append(rune.Value.ToString("X4", CultureInfo.InvariantCulture)).Append('}');
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Surrogate
                     or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)) clean.Append(rune);
        }

        return clean.ToString();
    }
}
