using System.Buffers.Binary;

namespace Pipeline.Imaging.Headers;

/// <summary>Lists the frames of a GIF without unpacking their pixels.</summary>
internal static class GifFrames
{
    private const byte Control = 0xF9;
    private const byte Application = 0xFF;

    /// <param name="gif">Starts with the signature of a GIF; the rest can be anything. A truncated frame is listed with the bytes it
    /// has.</param>
    public static List<GifFrame> Read(ReadOnlySpan<byte> gif)
    {
        var frames = new List<GifFrame>();
        var reader = new GifReader(gif);
        var control = default(GifFrame);
        while (reader.Next() && reader.Start + GifReader.DescriptorLength <= gif.Length)
        {
            if (reader.IsImage)
            {
                frames.Add(Frame(gif, reader, control));

                // A control block applies to the next frame only.
                control = default;
            }
            else if (reader.Label == Control)
            {
                control = ReadControl(gif[reader.Start..], control);
            }
        }

        return frames;
    }

    /// <summary>Number of times to play the frames; 0 means forever. Without a loop block it is 1, as in browsers.</summary>
    public static int LoopCount(ReadOnlySpan<byte> gif)
    {
        var reader = new GifReader(gif);
        while (reader.Next() && reader.End <= gif.Length)
        {
            // The block counts repeats, so the first play is added.
            if (reader.Label == Application
                && gif[(reader.Start + 2)..reader.End] is [11, .. var block]
                && (block.StartsWith("NETSCAPE2.0"u8) || block.StartsWith("ANIMEXTS1.0"u8))
                && block[11..] is [>= 3, var kind, var low, var high, ..] && (kind & 7) == 1)
            {
                return (low, high) == (0, 0) ? 0 : ((high << 8) | low) + 1;
            }
        }

        return 1;
    }

    private static GifFrame ReadControl(ReadOnlySpan<byte> block, GifFrame otherwise) => block is [_, _, >= 4, var flags, var low, var high, var colour, ..]
        ? otherwise with
        {
            // Old encoders wrote 4 for 3.
            Disposal = ((flags >> 2) & 7) switch { 2 => GifDisposal.Clear, 3 or 4 => GifDisposal.Restore, _ => GifDisposal.Keep },
            Transparent = (flags & 1) != 0 ? colour : null,
            DelayMs = ((high << 8) | low) * 10,
        }
        : otherwise;

    private static GifFrame Frame(ReadOnlySpan<byte> gif, GifReader image, GifFrame control)
    {
        var descriptor = gif[image.Start..];
        var flags = descriptor[9];
        var own = image.Start + GifReader.DescriptorLength;
        var pixels = Math.Min(own + GifReader.ColourTable(flags), gif.Length);
        return control with
        {
            Left = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[1..]),
            Top = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[3..]),
            Width = image.Size.Width,
            Height = image.Size.Height,
            IsInterlaced = (flags & 0x40) != 0,
            Colours = pixels > own ? own..pixels : GifReader.HeaderLength..(GifReader.HeaderLength + GifReader.ColourTable(gif[10])),
            Pixels = pixels..Math.Min(image.End, gif.Length),
        };
    }
}
