using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Pipeline.Imaging.Attributions;

/// <summary>Turns untrusted bytes into one short line that is safe to show.</summary>
internal static class UntrustedText
{
    public const int MaxLength = 200;

    private const char ZeroWidthNonJoiner = '\u200C';
    private const char ZeroWidthJoiner = '\u200D';

    /// <summary>
    /// Decodes UTF-8, or Latin-1 if the bytes are not valid UTF-8: files have both, although EXIF allows ASCII only. Null if no visible
    /// character is left.
    /// </summary>
    /// <param name="bytes">The raw value from the file.</param>
    /// <param name="parts">Number of zero-terminated texts to read; writers leave junk after the last.</param>
    public static string? Read(ReadOnlySpan<byte> bytes, int parts)
    {
        var line = new StringBuilder(MaxLength);
        for (; parts > 0 && !bytes.IsEmpty; parts--)
        {
            var end = bytes.IndexOf((byte)0);
            Append(end < 0 ? bytes : bytes[..end], line);
            bytes = end < 0 ? default : bytes[(end + 1)..];
        }

        var text = line.ToString().TrimEnd();
        return text.Length == 0 ? null : text;
    }

    private static void Append(ReadOnlySpan<byte> bytes, StringBuilder line)
    {
        var isUtf8 = Utf8.IsValid(bytes);
        var separator = line.Length > 0 ? "; " : string.Empty;
        var space = false;
        while (!bytes.IsEmpty)
        {
            var rune = new Rune((uint)bytes[0]);
            var length = 1;
            if (isUtf8)
            {
                _ = Rune.DecodeFromUtf8(bytes, out rune, out length);
            }

            bytes = bytes[length..];
            if (Rune.IsWhiteSpace(rune))
            {
                space = separator.Length == 0 && line.Length > 0;
            }
            else if (IsHarmless(rune))
            {
                var before = space ? " " : separator;
                if (line.Length + before.Length + rune.Utf16SequenceLength > MaxLength)
                {
                    return;
                }

                _ = line.Append(before).Append(rune.ToString());
                separator = string.Empty;
                space = false;
            }
        }
    }

    // Without angle brackets the text cannot act as markup or a script. Of the invisible characters, names need only the joiners.
    private static bool IsHarmless(Rune rune) => rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner
        || (rune.Value is not ('<' or '>') && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));
}
