using System.Text;

namespace Pipeline.Corpus;

/// <summary>Byte strings of a source that must not be published: the <c>no:</c> part of a row's invariants.</summary>
internal sealed class Markers
{
    private const string Prefix = "no:";

    /// <summary>Shorter strings occur in compressed data by chance.</summary>
    private const int Telling = 4;

    private readonly List<byte[]> _forbidden = [];

    public Markers(IEnumerable<string> invariants, byte[] source)
    {
        foreach (var text in invariants.Where(i => i.StartsWith(Prefix, StringComparison.Ordinal)).Select(i => i[Prefix.Length..]))
        {
            // Not a byte string but a rule, which is checked for all variants anyway: no bytes follow the end of the image.
            if (text == "MZ-tail")
                continue;
            var marker = Encoding.UTF8.GetBytes(text);
            if (marker.Length >= Telling)
                _forbidden.Add(marker);
            else
                _forbidden.AddRange(Lengthened(marker, source));
        }
    }

    public IEnumerable<string> FoundIn(byte[] bytes) =>
        _forbidden.Where(m => bytes.AsSpan().IndexOf(m) >= 0).Select(m => $"'{Encoding.Latin1.GetString(m)}'");

    /// <summary>The marker with its context in the source, and with the bytes that make it PHP: some sources become PHP only when they are resized.</summary>
    private static IEnumerable<byte[]> Lengthened(byte[] marker, byte[] source)
    {
        if (marker.AsSpan().SequenceEqual("<?"u8))
        {
            yield return "<?php"u8.ToArray();
            yield return "<?=$"u8.ToArray();
        }

        for (var at = source.AsSpan().IndexOf(marker); at >= 0 && at + (2 * Telling) <= source.Length;)
        {
            yield return source[at..(at + (2 * Telling))];
            var next = source.AsSpan(at + 1).IndexOf(marker);
            at = next < 0 ? -1 : at + 1 + next;
        }
    }
}
