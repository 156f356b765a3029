using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Animation;

/// <summary>
/// By code of ours, because libvips shows other pictures than browsers do: a screen of a usual size it takes for a mistake, and what frames leave
/// uncovered is black or the background, as the version may be.
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

    /// <summary>The first frame alone.</summary>
    /// <exception cref="VipsException">There is none, or its pixels cannot be unpacked.</exception>
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

            canvas.TakeBack(_frames[i]);
        }
    }

    public void Dispose()
    {
        // It holds nothing between two frames.
    }

    private static GifCanvas Canvas(ReadOnlySpan<byte> gif)
    {
        var header = GifHeader.Read(gif, limit: 1);
        return new GifCanvas(header.Width, header.Height);
    }
}
