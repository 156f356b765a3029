using System.Runtime.InteropServices;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Codecs;

/// <summary>
/// Encodes frames one by one as an animated lossy WebP without any metadata; keeps alpha. Stores only the difference from the previous
/// frame, and merges frames that look the same. Not thread-safe.
/// </summary>
internal sealed unsafe class WebpAnimationEncoder : IDisposable
{
    /// <summary>Longest duration of one frame, in milliseconds: the format stores it in 24 bits.</summary>
    private const int LongestMs = (1 << 24) - 1;

    // Offsets of the VP8X chunk, after the file header, and of its flags, after the chunk's name and length.
    private const int ExtendedHeader = 12;
    private const int Flags = 20;

    private readonly int _width;
    private readonly int _height;
    private readonly int _quality;
    private readonly int _effort;

    /// <summary>In native memory, because the encoder keeps the address between frames.</summary>
    private readonly int* _stop;

    private nint _encoder;
    private int _time;
    private bool _hasAlpha;

    /// <param name="width">Width of every frame; at most 16,383, the format's limit.</param>
    /// <param name="height">Height of every frame; at most 16,383.</param>
    /// <param name="loopCount">Number of times to play the animation; 0 means forever.</param>
    /// <param name="quality">1–100.</param>
    /// <param name="effort">0 (fast) to 6 (small).</param>
    /// <param name="background">Colour that players may show around transparent frames; browsers ignore it. Null is transparent.</param>
    public WebpAnimationEncoder(int width, int height, int loopCount, int quality, int effort, Rgb? background = null)
    {
        (_width, _height, _quality, _effort) = (width, height, quality, effort);
        WebpAnimationOptions options;
        ThrowUnless(LibWebpMux.InitOptions(&options, LibWebpMux.Abi) != 0);

        // All other options stay off. Key frames cost up to 25 times the bytes and 13 times the time, and only help seeking. Trying more
        // encodings for each frame (minimize_size, allow_mixed) takes up to twice the time and saves less than 1 % of the bytes, or adds
        // some.
        options.LoopCount = Math.Clamp(loopCount, 0, ushort.MaxValue);
        options.Background = background is { } colour
            ? 0xFF000000 | ((uint)colour.Red << 16) | ((uint)colour.Green << 8) | colour.Blue
            : 0;
        _encoder = LibWebpMux.NewEncoder(width, height, &options, LibWebpMux.Abi);
        ThrowUnless(_encoder != 0);
        _stop = (int*)NativeMemory.AllocZeroed(sizeof(int));
    }

    /// <summary>Encodes one frame; the bitmap is not needed afterwards.</summary>
    /// <param name="frame">Must have the size given to the constructor.</param>
    /// <param name="durationMs">Duration in milliseconds; cut to 16,777,215 (about 4.6 hours), the format's limit.</param>
    /// <param name="cancellationToken">Checked during encoding. After a cancellation only <see cref="Dispose"/> may be called.</param>
    public void Add(Bitmap frame, int durationMs, CancellationToken cancellationToken)
    {
        if (frame.Width != _width || frame.Height != _height)
        {
            throw new ArgumentException($"The frame's size differs from the animation's: {_width} × {_height}.", nameof(frame));
        }

        WebpConfig config;
        WebpPicture picture;
        WebpEncoder.Prepare(&config, &picture, frame.Width, frame.Height, _quality, _effort);

        // The encoder compares the next frame with this one in RGB.
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

        // The encoder counts time in 31 bits of milliseconds (about 24 days); a longer animation is cut to that.
        _time = (int)Math.Min(int.MaxValue, (long)_time + Math.Clamp(durationMs, 0, LongestMs));
    }

    /// <summary>Ends the last frame and assembles the file. No frame may be added afterwards.</summary>
    public EncodedImage Finish()
    {
        WebpData data = default;
        if (LibWebpMux.Add(_encoder, null, _time, null) == 0 || LibWebpMux.Assemble(_encoder, &data) == 0)
        {
            throw Error("at the end");
        }

        // The encoder crops the transparent border of a frame and then clears the alpha flag: browsers would show the border in black.
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
                $"{LibWebpMux.Library} has another interface version than this program expects, or memory is short.");
        }
    }

    private InvalidOperationException Error(string where) =>
        new($"libwebpmux failed to encode: {Marshal.PtrToStringUTF8(LibWebpMux.LastError(_encoder))} ({where})");
}
