using System.Runtime.InteropServices;
using Pipeline.Imaging.MetadataStripping;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Codecs;

/// <summary>
/// Bare frames, one after the other, to an animated lossy WebP without any metadata; alpha is kept. Of each frame only what differs from
/// the one before is stored, and frames that look the same become one. Not for several threads.
/// </summary>
internal sealed unsafe class WebpAnimationEncoder : IDisposable
{
    /// <summary>Of one frame, in milliseconds: a number of 24 bits.</summary>
    private const int LongestMs = (1 << 24) - 1;

    // Behind the head of the file; and behind the name and the length of the chunk.
    private const int ExtendedHeader = 12;
    private const int Flags = 20;

    private readonly int _width;
    private readonly int _height;
    private readonly int _quality;
    private readonly int _effort;

    /// <summary>In memory of its own, because the encoder keeps the address between frames.</summary>
    private readonly int* _stop;

    private nint _encoder;
    private int _time;
    private bool _hasAlpha;

    /// <param name="width">Of every frame; no side above 16,383, the format's own limit.</param>
    /// <param name="height">Of every frame.</param>
    /// <param name="loopCount">How often it is shown; 0 is without end.</param>
    /// <param name="quality">1–100.</param>
    /// <param name="effort">0 (fast) to 6 (small).</param>
    /// <param name="background">A hint that players may use around transparent frames, and that browsers ignore; null is transparent.</param>
    public WebpAnimationEncoder(int width, int height, int loopCount, int quality, int effort, Rgb? background = null)
    {
        (_width, _height, _quality, _effort) = (width, height, quality, effort);
        WebpAnimationOptions options;
        ThrowUnless(LibWebpMux.InitOptions(&options, LibWebpMux.Abi) != 0);

        // The rest stays off as it is. Key frames cost up to 25 times the bytes and 13 times the time, and only help those who seek; trying
        // more ways for each frame (minimize_size, allow_mixed) takes up to twice the time for less than 1 % of the bytes, or adds some.
        options.LoopCount = Math.Clamp(loopCount, 0, ushort.MaxValue);
        options.Background = background is { } colour
            ? 0xFF000000 | ((uint)colour.Red << 16) | ((uint)colour.Green << 8) | colour.Blue
            : 0;
        _encoder = LibWebpMux.NewEncoder(width, height, &options, LibWebpMux.Abi);
        ThrowUnless(_encoder != 0);
        _stop = (int*)NativeMemory.AllocZeroed(sizeof(int));
    }

    /// <summary>Encodes one frame; the bitmap is not needed afterwards.</summary>
    /// <param name="frame">Of the size that was given at the start.</param>
    /// <param name="durationMs">How long it is shown; at most four hours and a half, the format's own limit.</param>
    /// <param name="cancellationToken">Asked while it encodes. After that only <see cref="Dispose"/> may be called.</param>
    public void Add(Bitmap frame, int durationMs, CancellationToken cancellationToken)
    {
        if (frame.Width != _width || frame.Height != _height)
        {
            throw new ArgumentException($"The frame has another size than the animation: {_width} × {_height}.", nameof(frame));
        }

        WebpConfig config;
        WebpPicture picture;
        WebpEncoder.Prepare(&config, &picture, frame, _quality, _effort);

        // The next frame is compared with this one, and that is done in RGB.
        picture.UseArgb = 1;
        picture.Stop = _stop;
        picture.Progress = &WebpEncoder.Continue;
        try
        {
            bool added;
            using (cancellationToken.Register(() => Volatile.Write(ref *_stop, 1)))
            {
                added = WebpEncoder.Import(&picture, frame) && LibWebpMux.Add(_encoder, &picture, _time, &config) != 0;
            }

            if (!added)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw Error($"picture error {picture.Error}");
            }
        }
        finally
        {
            LibWebp.FreePicture(&picture);
        }

        _hasAlpha |= frame.HasAlpha;

        // Weeks are more than the file can say; whoever asks for them gets what fits.
        _time = (int)Math.Min(int.MaxValue, (long)_time + Math.Clamp(durationMs, 0, LongestMs));
    }

    /// <summary>Ends the last frame and puts the file together. No frame may be added afterwards.</summary>
    public EncodedImage Finish()
    {
        WebpData data = default;
        if (LibWebpMux.Add(_encoder, null, _time, null) == 0 || LibWebpMux.Assemble(_encoder, &data) == 0)
        {
            throw Error("while it ends");
        }

        // The encoder crops what is transparent around a frame, and then says that there is no alpha: browsers would show black.
        var webp = new Span<byte>((void*)data.Bytes, checked((int)data.Size));
        if (_hasAlpha && webp.Length > Flags && webp[ExtendedHeader..].StartsWith("VP8X"u8))
        {
            webp[Flags] |= WebpFlags.Alpha;
        }

        return new EncodedImage(data.Bytes, webp.Length, LibWebp.Free);
    }

    public void Dispose()
    {
        if (_encoder != 0)
        {
            LibWebpMux.Delete(_encoder);
            NativeMemory.Free(_stop);
            _encoder = 0;
        }
    }

    private static void ThrowUnless(bool compatible)
    {
        if (!compatible)
        {
            throw new NotSupportedException(
                $"{LibWebpMux.Library} has another interface than the one this program was written for, or no memory.");
        }
    }

    private InvalidOperationException Error(string where) =>
        new($"libwebpmux does not encode: {Marshal.PtrToStringUTF8(LibWebpMux.LastError(_encoder))} ({where})");
}
