using System.Xml;

namespace Pipeline.Imaging.Headers;

/// <summary>Finds a reference in an SVG element that leads out of the file.</summary>
internal static class SvgReferences
{
    private const string Outside = "an external reference, or an embedded image";

    public static string? Find(XmlReader element)
    {
        // Renderers do not follow links: only a click does.
        var isLink = string.Equals(element.LocalName, "a", StringComparison.Ordinal);
        for (var more = element.MoveToFirstAttribute(); more; more = element.MoveToNextAttribute())
        {
            var found = element.LocalName switch
            {
                "base" => Outside,
                "href" when !isLink && element.Value.TrimStart() is not (['#', ..] or []) => Outside,
                "style" => FindInStyle(element.Value),
                "src" when element.Value.TrimStart() is not (['#', ..] or []) => Outside,
                "id" or "class" or "lang" => null,
                _ when element.LocalName.StartsWith("aria-", StringComparison.Ordinal) || element.LocalName.StartsWith("data-", StringComparison.Ordinal) => null,
                _ => LeadsOut(CssText.Unescape(element.Value)) ? Outside : null,
            };
            if (found is not null)
            {
                return found;
            }
        }

        _ = element.MoveToElement();
        return null;
    }

    public static string? FindInStyle(string css)
    {
        // Decode escapes first, because they can spell any keyword.
        var plain = CssText.Unescape(css);
        return plain.Contains("@import", StringComparison.OrdinalIgnoreCase) || LeadsOut(plain) ? Outside : null;
    }

    private static bool LeadsOut(string value) => LeadsOut(value, "url(") || LeadsOut(value, "src(");

    private static bool LeadsOut(ReadOnlySpan<char> value, string function)
    {
        for (var at = value.IndexOf(function, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = value.IndexOf(function, StringComparison.OrdinalIgnoreCase))
        {
            value = value[(at + function.Length)..].TrimStart(" \t\r\n\"'");
            if (value is not ['#', ..])
            {
                return true;
            }
        }

        return false;
    }
}
