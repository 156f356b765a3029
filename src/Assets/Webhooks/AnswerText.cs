using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pipeline.Assets.Webhooks;

/// <summary>The beginning of a webhook's answer as text that is safe to store and to show, whatever bytes the answer has.</summary>
public static class AnswerText
{
    /// <summary>Most bytes of an answer that are read and kept.</summary>
    public const int MaxBytes = 1_024;

    /// <summary>Valid UTF-8 of at most as many bytes: a question mark stands for each byte or character that cannot be printed.</summary>
    public static string Of(ReadOnlySpan<byte> answer)
    {
        var text = new StringBuilder();
        while (!answer.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(answer, out var rune, out var used);

            // The limit may cut the last character.
            if (status == OperationStatus.NeedMoreData) break;
            text.Append(status == OperationStatus.Done && IsPrintable(rune) ? rune.ToString() : "?");
            answer = answer[used..];
        }

        return text.ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value is '\n' or '\t' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
