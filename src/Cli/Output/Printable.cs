using System.Globalization;
using System.Text;

namespace Pipeline.Cli.Output;

/// <summary>Makes text of others fit for a terminal: one line, and nothing in it that a terminal would act on.</summary>
static class Printable
{
    /// <summary>Drops escape sequences' control characters, turns of writing direction, and whatever is no character at all.</summary>
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
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                     or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)) clean.Append(rune);
        }

        return clean.ToString();
    }
}
