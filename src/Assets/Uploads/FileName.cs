using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pipeline.Assets.Uploads;

/// <summary>
/// Validates file names. Many honest names hold invisible characters: joiners of Persian, Indic scripts and emoji, flag tags, direction
/// marks, soft hyphens, byte order marks. So it refuses only characters that break a line or make a name look like another.
/// </summary>
public static class FileName
{
    private const int MaxLength = 255;

    /// <summary>The reason why the name is invalid; null if it is valid.</summary>
    public static string? Error(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return "is required";
        if (name.Length > MaxLength) return $"must have at most {MaxLength} characters";
        var openIsolates = 0;
        var position = 0;
        for (var rest = name.AsSpan(); !rest.IsEmpty; position++)
        {
            // Half a surrogate pair cannot be stored as UTF-8.
            if (Rune.DecodeFromUtf16(rest, out var letter, out var length) != OperationStatus.Done) return "must be valid Unicode: it holds half a surrogate pair";
            if (IsControl(letter)) return $"must not hold control characters or line ends: character {position + 1} is {Code(letter)}";
            if (TurnsText(letter)) return $"must not turn the direction of text, which shows a name as another: character {position + 1} is {Code(letter)}";
            if (OpensIsolate(letter)) openIsolates++;
            else if (ClosesIsolate(letter) && openIsolates-- == 0) return Unpaired(letter, position);
            rest = rest[length..];
        }

        return openIsolates == 0 ? null : "must close each isolate of text direction (U+2066 to U+2068) by U+2069, or it turns what stands behind the name";
    }

    private static bool IsControl(Rune letter) =>
        Rune.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // Embeddings and overrides (Unicode Standard Annex 9). Closed or not, "photo<RLO>gpj.exe" is shown as "photoexe.jpg".
    private static bool TurnsText(Rune letter) => letter.Value is >= 0x202A and <= 0x202E;

    private static bool OpensIsolate(Rune letter) => letter.Value is >= 0x2066 and <= 0x2068;

    private static bool ClosesIsolate(Rune letter) => letter.Value is 0x2069;

    private static string Unpaired(Rune letter, int position) => $"must not end an isolate of text direction that was not begun: character {position + 1} is {Code(letter)}";

    private static string Code(Rune letter) => $"U+{letter.Value:X4}";
}
