using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Assets.Outcomes;

/// <summary>Checks which strings of a message may reach the database, a page or a log.</summary>
internal static partial class MessageText
{
    /// <summary>
    /// One line of printable text. It refuses control characters (PostgreSQL cannot store U+0000), unpaired surrogates, and characters that
    /// are invisible or change the text direction.
    /// </summary>
    public static bool IsLine(string? text, int maxLength)
    {
        if (text is null || text.Length == 0 || text.Length > maxLength) return false;
        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) != System.Buffers.OperationStatus.Done) return false;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) return false;
            at += length;
        }

        return true;
    }

    /// <summary>Checks the shape of a code, not whether it is a known one: see <see cref="OutcomeCheck"/>.</summary>
    public static bool IsCode(string? text) => text is not null && Code().IsMatch(text);

    public static bool IsSha256(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Valid in the header <c>If-Match</c>.</summary>
    public static bool IsEntityTag(string? text) => text is { Length: > 0 and <= 128 } && text.All(c => c is > ' ' and <= '~' and not '"');

    public static bool IsRecipe(string? text) => text is not null && Recipe().IsMatch(text);

    public static bool IsVariantName(string? text) => text is not null && VariantName().IsMatch(text);

    public static bool IsThumbHash(string? text) => text is not null && ThumbHash().IsMatch(text);

    /// <summary>Accepts only a picture in base64, because pages put it into <c>src</c>.</summary>
    public static bool IsDataUrl(string? text) => text is { Length: <= 2_048 } && DataUrl().IsMatch(text);

    public static bool IsColour(string? text) => text is not null && Colour().IsMatch(text);

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,31}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Recipe();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex VariantName();

    [GeneratedRegex(@"\A[A-Za-z0-9+/]{1,64}={0,2}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ThumbHash();

    [GeneratedRegex(@"\Adata:image/(webp|png|jpeg|gif|avif);base64,[A-Za-z0-9+/]+={0,2}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex DataUrl();

    [GeneratedRegex(@"\A#[0-9a-f]{6}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Colour();
}
