using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Pipeline.Imaging.Attributions;

/// <summary>Makes a short harmless line of the bytes of a text.</summary>
internal static class UntrustedText
{
    public const int MaxLength = 200;

    private const char ZeroWidthNonJoiner = '\u200C';
    private const char ZeroWidthJoiner = '\u200D';

    /// <summary>
    /// UTF-8, or Latin-1 where it is none: both are found, although EXIF allows ASCII only. Null if nothing visible is left.
    /// </summary>
    /// <param name="bytes">As they stand in the file.</param>
    /// <param name="parts">How many texts that end in a zero byte count; writers leave junk behind the last.</param>
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

    // Without angle brackets no text is markup or a script, wherever it is shown. Of what is invisible only the joiners belong to names.
    private static bool IsHarmless(Rune rune) => rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner
        || (rune.Value is not ('<' or '>') && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));
}
