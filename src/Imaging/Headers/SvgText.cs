using System.Buffers;

namespace Pipeline.Imaging.Headers;

/// <summary>Recognises SVG by the beginning of its text.</summary>
internal static class SvgText
{
    /// <summary>In bytes. Editors write a declaration, a comment and a document type before the first element.</summary>
    private const int LongestPrologue = 8 * 1024;

    private static readonly SearchValues<byte> EndsName = SearchValues.Create(" \t\r\n/>"u8);

    /// <summary>
    /// True if the first element is <c>svg</c>. Reads only encodings that contain ASCII, such as UTF-8, because no editor writes UTF-16.
    /// </summary>
    public static bool StartsLikeSvg(ReadOnlySpan<byte> file)
    {
        var rest = file[..Math.Min(file.Length, LongestPrologue)];
        if (rest.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            rest = rest[3..];
        }

        while (true)
        {
            rest = rest.TrimStart(" \t\r\n"u8);
            if (rest.StartsWith("<?"u8))
            {
                rest = After(rest, "?>"u8);
            }
            else if (rest.StartsWith("<!--"u8))
            {
                rest = After(rest, "-->"u8);
            }
            else if (rest.StartsWith("<!DOCTYPE"u8))
            {
                var (subset, end) = (rest.IndexOf((byte)'['), rest.IndexOf((byte)'>'));
                rest = After(subset >= 0 && subset < end ? After(rest, "]"u8) : rest, ">"u8);
            }
            else
            {
                return IsSvgElement(rest);
            }
        }
    }

    private static bool IsSvgElement(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || rest[0] != '<')
        {
            return false;
        }

        var name = rest[1..];
        var end = name.IndexOfAny(EndsName);
        return end > 0 && (name[..end].SequenceEqual("svg"u8) || name[..end].EndsWith(":svg"u8));
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        var at = text.IndexOf(mark);
        return at < 0 ? default : text[(at + mark.Length)..];
    }
}
