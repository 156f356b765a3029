using Pipeline.Processor.Imaging.Cleaning;
using Pipeline.Processor.Imaging.Headers;

namespace Pipeline.Processor.Imaging.Stripping;

/// <summary>Leaves out comments, texts and applications' blocks; how often the animation is shown stays.</summary>
internal static class GifStripper
{
    private const byte Control = 0xF9;
    private const byte Application = 0xFF;

    /// <param name="gif">Any bytes that begin like one.</param>
    public static Splice Strip(ReadOnlySpan<byte> gif)
    {
        var kept = new Splice();
        var reader = new GifReader(gif);
        kept.Keep(0, Math.Min(reader.End, gif.Length));
        var saysLoops = false;
        while (reader.Next())
        {
            var isLoops = !saysLoops && reader.Label == Application && SaysLoops(gif[(reader.Start + 2)..]);
            if (reader.IsImage || reader.Label == Control || isLoops)
            {
                kept.Keep(reader.Start, Math.Min(reader.End, gif.Length) - reader.Start);
            }

            saysLoops |= isLoops;
        }

        kept.Keep(Math.Min(reader.End, gif.Length), gif.Length - Math.Min(reader.End, gif.Length));
        return kept;
    }

    private static bool SaysLoops(ReadOnlySpan<byte> block) =>
        block.Length > 12 && block[0] == 11 && (block[1..].StartsWith("NETSCAPE2.0"u8) || block[1..].StartsWith("ANIMEXTS1.0"u8));
}
