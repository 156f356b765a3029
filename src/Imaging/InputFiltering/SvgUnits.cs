using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.InputFiltering;

/// <summary>
/// Converts lengths in points, millimetres and other physical units to pixels, at 96 per inch as in CSS. libvips sets the renderer to 72,
/// and another setting would also scale the pixels. Text is 16 pixels high unless the drawing says otherwise; the renderer assumes 12.
/// </summary>
internal static partial class SvgUnits
{
    /// <param name="svg">In an encoding in which an ASCII character is one byte.</param>
    public static SegmentList InPixels(ReadOnlySpan<byte> svg)
    {
        // In Latin-1 each byte is one character, so offsets in the text are offsets in the file.
        var text = Encoding.Latin1.GetString(svg);
        var kept = new SegmentList();
        var (end, isRoot) = (0, true);
        foreach (var (start, length) in Parts(text))
        {
            if (isRoot && Root().Match(text, start, length) is { Success: true } root)
            {
                isRoot = false;
                if (!text.AsSpan(start, length).Contains("font-size", StringComparison.Ordinal))
                {
                    kept.Keep(end, root.Index + root.Length - end);
                    kept.Add([.. " font-size='16px'"u8]);
                    end = root.Index + root.Length;
                }
            }

            foreach (var match in Length().EnumerateMatches(text.AsSpan(start, length)))
            {
                // A match includes the character before the length; skip it.
                var at = start + match.Index + 1;
                var found = text.AsSpan(at, match.Length - 1);
                kept.Keep(end, at - end);
                kept.Add(Encoding.ASCII.GetBytes(Pixels(found)));
                end = at + found.Length;
            }
        }

        kept.Keep(end, svg.Length - end);
        return kept;
    }

    /// <summary>Returns the tags and the contents of style elements, but no displayed text.</summary>
    private static IEnumerable<(int Start, int Length)> Parts(string text)
    {
        var end = 0;
        while (text.IndexOf('<', end) is >= 0 and var start)
        {
            end = text.AsSpan(start).StartsWith("<!--", StringComparison.Ordinal) ? Behind(text, "-->", start) : EndOfTag(text, start);
            if (text.AsSpan(start).StartsWith("<!", StringComparison.Ordinal)) continue;
            yield return (start, end - start);
            if (text.AsSpan(start + 1).StartsWith("style", StringComparison.OrdinalIgnoreCase) && text[end - 1] == '>' && text[end - 2] != '/')
            {
                var closed = text.IndexOf("</style", end, StringComparison.OrdinalIgnoreCase);
                if (closed < 0) yield break;
                yield return (end, closed - end);
                end = closed;
            }
        }
    }

    private static int Behind(string text, string mark, int start) =>
        text.IndexOf(mark, start, StringComparison.Ordinal) is >= 0 and var at ? at + mark.Length : text.Length;

    private static int EndOfTag(string text, int start)
    {
        for (var at = start; at < text.Length; at++)
        {
            if (text[at] == '>') return at + 1;
            if (text[at] is '"' or '\'')
            {
                at = text.IndexOf(text[at], at + 1);
                if (at < 0) break;
            }
        }

        return text.Length;
    }

    private static string Pixels(ReadOnlySpan<char> length)
    {
        var unit = length[^1] is 'q' or 'Q' ? 1 : length[^3] is 'r' or 'R' ? 3 : 2;
        var number = double.Parse(length[..^unit], NumberStyles.Float, CultureInfo.InvariantCulture);
        var inches = length[^unit..] switch
        {
            ['p' or 'P', 't' or 'T'] => 1 / 72.0,
            ['p' or 'P', ..] => 1 / 6.0,
            ['m' or 'M', ..] => 1 / 25.4,
            ['c' or 'C', ..] => 1 / 2.54,
            ['i' or 'I', ..] => 1,
            ['r' or 'R', ..] => 16 / 96.0,
            _ => 1 / 101.6,
        };
        return (number * inches * 96).ToString("0.######", CultureInfo.InvariantCulture) + "px";
    }

    [GeneratedRegex("""["'\s:,;(][+-]?(?:[0-9]{1,9}\.?[0-9]{0,9}|\.[0-9]{1,9})(?:pt|pc|mm|cm|in|rem|q)\b""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Length();

    [GeneratedRegex("<(?:[^\\s<>:/]+:)?svg(?=[\\s/>])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Root();
}
