using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Animation;

/// <summary>
/// Decodes with libwebp's animation decoder, because libvips 8.14 keeps all frames in memory. As in browsers, a profile of the file does not count.
/// </summary>
internal sealed unsafe class WebpAnimation : IAnimation
{
    private readonly VipsImage _header;
    private readonly nint _player;
    private readonly WebpAnimationInfo _info;

    public WebpAnimation(VipsImage header, ReadOnlySpan<byte> bytes)
    {
        _header = header;
        _player = Start(bytes);
        WebpAnimationInfo info;
        _ = LibWebpDemux.GetInfo(_player, &info);
        _info = info;
    }

    public int Count => _info.Frames;

    public int LoopCount => _info.LoopCount;

    public void ReadFrames(FrameReader reader, int every, CancellationToken cancellationToken)
    {
        var delays = new int[Count];
        var shown = 0;
        for (var i = 0; i < Count; i += every)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var frame = Upright(Next(i, delays, ref shown), cancellationToken);
            for (var at = i + 1; at < Math.Min(i + every, Count); at++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _ = Next(at, delays, ref shown);
            }

            reader(frame, i, Animations.AsShown(delays, i, every, Count));
        }
    }

    public void Dispose() => LibWebpDemux.Delete(_player);

    /// <summary>Decodes the next frame into the decoder's own canvas, which is valid until the next call.</summary>
    private byte* Next(int index, int[] delays, ref int shown)
    {
        byte* canvas;
        int until;
        if (LibWebpDemux.GetNext(_player, &canvas, &until) == 0)
        {
            throw new VipsException("webp", $"frame {index} cannot be decoded");
        }

        // The decoder's time is a 32-bit number of milliseconds; it overflows if many frames last for hours.
        delays[index] = Math.Max(0, unchecked(until - shown));
        shown = until;
        return canvas;
    }

    private static nint Start(ReadOnlySpan<byte> bytes)
    {
        WebpAnimationDecoderOptions options;
        if (LibWebpDemux.InitOptions(&options, LibWebpDemux.Abi) == 0)
        {
            throw new NotSupportedException($"{LibWebpDemux.Library} has another interface version than this program expects.");
        }

        fixed (byte* data = bytes)
        {
            var webp = new WebpData { Bytes = (nint)data, Size = (nuint)bytes.Length };
            var player = LibWebpDemux.NewDecoder(&webp, &options, LibWebpDemux.Abi);
            return player != 0 ? player : throw new VipsException("webp", "the frames cannot be separated");
        }
    }

    private Bitmap Upright(byte* canvas, CancellationToken cancellationToken)
    {
        var frame = Opacity.DropUnlessNeeded(Copy(canvas));
        return _header.Orientation == 1 ? frame : VipsDecoder.OwnerTurn(frame, _header.Orientation, cancellationToken);
    }

    /// <summary>Copies the canvas, because the decoder draws the next frame into the same memory.</summary>
    private Bitmap Copy(byte* canvas)
    {
        var frame = Bitmap.Allocate(_info.Width, _info.Height, 4);
        new ReadOnlySpan<byte>(canvas, frame.Pixels.Length).CopyTo(frame.Pixels);
        return frame;
    }
}
