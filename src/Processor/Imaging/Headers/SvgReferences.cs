using System.Xml;

namespace Pipeline.Processor.Imaging.Headers;

/// <summary>Finds what an element of an SVG refers to, unless that is a part of the same file.</summary>
internal static class SvgReferences
{
    private const string Outside = "a reference to something outside of it, or an image inside it";

    public static string? Find(XmlReader element)
    {
        // A link is followed by a person who clicks, and by no renderer.
        var isLink = string.Equals(element.LocalName, "a", StringComparison.Ordinal);
        for (var more = element.MoveToFirstAttribute(); more; more = element.MoveToNextAttribute())
        {
            var found = element.LocalName switch
            {
                "base" => Outside,
                "href" when !isLink && element.Value.TrimStart() is not (['#', ..] or []) => Outside,
                "style" => FindInStyle(element.Value),
                _ => LeadsOut(element.Value) ? Outside : null,
            };
            if (found is not null)
            {
                return found;
            }
        }

        _ = element.MoveToElement();
        return null;
    }

    public static string? FindInStyle(string css) =>
        // An escape can spell any word, and no drawing program writes one.
        css.Contains('\\', StringComparison.Ordinal) || css.Contains("@import", StringComparison.OrdinalIgnoreCase) || LeadsOut(css)
            ? Outside
            : null;

    private static bool LeadsOut(ReadOnlySpan<char> value)
    {
        for (var at = value.IndexOf("url(", StringComparison.OrdinalIgnoreCase); at >= 0;
            at = value.IndexOf("url(", StringComparison.OrdinalIgnoreCase))
        {
            value = value[(at + 4)..].TrimStart(" \t\r\n\"'");
            if (value is not ['#', ..])
            {
                return true;
            }
        }

        return false;
    }
}
