using Pipeline.Processor.Imaging.Vips;

namespace Pipeline.Processor.Imaging.Animation;

/// <summary>
/// By libvips, which gives the frames as one tall image and keeps of it only what is being read. The file is opened once more for it, since
/// libvips is told at the opening how many frames are wanted, and only a profile knows whether it is more than the first. What it reads twice is
/// the list of the frames, without comments and other blocks, and no pixel.
/// </summary>
internal sealed class GifAnimation : IAnimation
{
    private readonly VipsImage _frames;
    private readonly VipsImage _coloured;
    private readonly int _height;

    public GifAnimation(ReadOnlySpan<byte> bytes)
    {
        _frames = VipsSource.OpenFrames(bytes);
        try
        {
            _coloured = VipsColour.ToSrgb(_frames);
        }
        catch
        {
            _frames.Dispose();
            throw;
        }

        _height = _frames.FrameHeight;
        Count = _frames.Height / _height;
    }

    public int Count { get; }

    /// <summary>One that says nothing is shown once, as in a browser.</summary>
    public int LoopCount => Math.Max(0, _frames.Number("loop") ?? 1);

    public void ReadFrames(FrameReader reader, int every, CancellationToken cancellationToken)
    {
        var delays = _frames.Numbers("delay");
        for (var i = 0; i < Count; i += every)
        {
            using var frame = Opacity.DropUnlessNeeded(_coloured.ReadBitmap(i * _height, _height, cancellationToken));
            reader(frame, i, Animations.AsShown(delays, i, every, Count));
        }
    }

    public void Dispose()
    {
        _coloured.Dispose();
        _frames.Dispose();
    }
}
