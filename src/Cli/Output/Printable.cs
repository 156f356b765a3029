using System.Globalization;
using System.Text;

namespace Pipeline.Cli.Output;

/// <summary>Sanitises text from outside for a terminal: one line, without control characters.</summary>
static class Printable
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>
    /// Drops the control characters of escape sequences and invalid characters. Shows invisible characters by their code, <c>\u{200E}</c>,
    /// because a terminal would hide them or reverse the line. Joiners stay, because some words and emoji need them.
    /// </summary>
    /// <param name="text">Untrusted text.</param>
    /// <param name="longest">Maximum length in UTF-16 units; longer text is cut.</param>
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
