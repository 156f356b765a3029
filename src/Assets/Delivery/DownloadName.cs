using System.Globalization;
using System.Text;
using Pipeline.Assets.Uploads;

namespace Pipeline.Assets.Delivery;

/// <summary>
/// The file name that a browser saves a download under. The owner's name may hold anything; here nothing of it can end a header, leave the
/// folder, turn the text or claim another type than the bytes have.
/// </summary>
public static class DownloadName
{
    // Encoded twice, once for the header and once in the URL, a letter may take 20 bytes.
    private const int MaxEncodedBytes = 600;

    private const string Nameless = "image";

    /// <summary>The value of <c>Content-Disposition</c> (RFC 6266 and 8187): an ASCII name for old clients, then the whole name.</summary>
    /// <param name="fileName">The owner's name for the file.</param>
    /// <param name="contentType">The type of the bytes; the extension fits it.</param>
    /// <param name="suffix">Stands between name and extension, such as <c>-w640</c>; empty for the original.</param>
    public static string Disposition(string fileName, string contentType, string suffix = "")
    {
        var name = Of(fileName, contentType, suffix);
        var ascii = string.Concat(name.EnumerateRunes().Select(rune => rune.IsAscii && rune.Value is not ('"' or '\\' or '%' or ';') ? rune.ToString() : "_"));
        return $"attachment; filename=\"{ascii}\"; filename*=UTF-8''{Encode(name)}";
    }

    /// <summary>The name itself.</summary>
    public static string Of(string fileName, string contentType, string suffix = "")
    {
        var fitting = UploadTypes.Extensions.GetValueOrDefault(contentType, []);
        var clean = Clean(fileName);
        var own = Path.GetExtension(clean);
        var isFitting = fitting.Contains(own.ToLowerInvariant());

        // A variant has another format than the file; a foreign extension of the original stays in front of the true one.
        var isImage = UploadTypes.Extensions.Values.Any(extensions => extensions.Contains(own.ToLowerInvariant()));
        var stem = isFitting || (suffix.Length > 0 && isImage) ? clean[..^own.Length] : clean;
        var extension = isFitting && suffix.Length == 0 ? own : fitting.FirstOrDefault() ?? "";
        stem = Shortened(stem).TrimEnd(' ', '.');
        return $"{(stem.Length == 0 ? Nameless : stem)}{suffix}{extension}";
    }

    private static string Clean(string name)
    {
        var clean = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsUnwanted(rune)) continue;
            clean.Append(rune.Value is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' ? "_" : rune.ToString());
        }

        return clean.ToString().Trim(' ').TrimStart('.', ' ');
    }

    // Joiners stay, because emoji and several scripts need them. The replacement character stands for half a surrogate pair.
    private static bool IsUnwanted(Rune rune) => rune.Value is 0xFFFD
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D or (>= 0xE0020 and <= 0xE007F)));

    // At a border of what a person sees as one letter, so that no emoji is cut in two.
    private static string Shortened(string stem)
    {
        var (kept, bytes) = (new StringBuilder(), 0);
        var letters = StringInfo.GetTextElementEnumerator(stem);
        while (letters.MoveNext())
        {
            var letter = letters.GetTextElement();
            if ((bytes += Encode(letter).Length) > MaxEncodedBytes) break;
            kept.Append(letter);
        }

        return kept.ToString();
    }

    // RFC 8187 allows the characters that RFC 3986 leaves alone.
    private static string Encode(string text) => Uri.EscapeDataString(text);
}
