using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Animation;

/// <summary>
/// Decodes a GIF with our own code, because libvips shows it differently from browsers: it treats a screen of a common size as a mistake,
/// and it fills uncovered areas with black or the background colour, depending on its version.
/// </summary>
internal sealed unsafe class GifAnimation : IAnimation
{
    private readonly byte* _bytes;
    private readonly int _length;
    private readonly List<GifFrame> _frames;

    public GifAnimation(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* data = bytes)
        {
            _bytes = data;
        }

        _length = bytes.Length;
        _frames = GifFrames.Read(bytes);
    }

    public int Count => _frames.Count;

    public int LoopCount => GifFrames.LoopCount(Gif);

    private ReadOnlySpan<byte> Gif => new(_bytes, _length);

    /// <summary>Decodes the first frame only.</summary>
    /// <exception cref="VipsException">The file has no frame, or the pixels of the first one cannot be unpacked.</exception>
    public static Bitmap ReadFirst(ReadOnlySpan<byte> gif, CancellationToken cancellationToken)
    {
        if (GifFrames.Read(gif) is not [var first, ..])
        {
            throw new VipsException("gif", "there is no frame");
        }

        using var canvas = Canvas(gif);
        canvas.Draw(gif, first, cancellationToken);
        return canvas.Shown();
    }

    public void ReadFrames(FrameReader reader, int every, CancellationToken cancellationToken)
    {
        var delays = _frames.ConvertAll(frame => frame.DelayMs).ToArray();
        using var canvas = Canvas(Gif);
        for (var i = 0; i < Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            canvas.Draw(Gif, _frames[i], cancellationToken);
            if (i % every == 0)
            {
                using var frame = canvas.Shown();
                reader(frame, i, Animations.AsShown(delays, i, every, Count));
            }

            canvas.ApplyDisposal(_frames[i]);
        }
    }

    public void Dispose()
    {
        // Nothing to free: the canvas lives only while frames are read.
    }

    private static GifCanvas Canvas(ReadOnlySpan<byte> gif)
    {
        var header = GifHeader.Read(gif, limit: 1);
        return new GifCanvas(header.Width, header.Height);
    }
}
