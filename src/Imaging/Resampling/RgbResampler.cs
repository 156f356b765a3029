using System.Runtime.Intrinsics.X86;

namespace Pipeline.Imaging.Resampling;

/// <summary>
/// Scales RGB images down while their rows arrive from top to bottom, so that a large photo is never completely in memory. Two to three times
/// as fast as the resize of libvips 8.14 (Debian 12); later versions of libvips are as fast.
/// </summary>
internal sealed class RgbResampler : IDisposable
{
    private const int Bands = 3;

    /// <summary>Largest scale factor; above it there are so many taps that their fixed-point weights become too coarse.</summary>
    private const int MaxScale = 8;

    /// <summary>Rows in the window beyond those that one target row needs, so that the window is rarely shifted.</summary>
    private const int SpareRows = 48;

    private readonly LanczosWeights _across;
    private readonly LanczosWeights _down;
    private readonly Bitmap _window;
    private readonly Bitmap _squeezed;
    private readonly Bitmap _narrowed;
    private readonly int _targetHeight;
    private Bitmap? _target;
    private int _windowTop;
    private int _windowRows;
    private int _done;

    public RgbResampler(int width, int height, int targetWidth, int targetHeight)
    {
        _across = new LanczosWeights(width, targetWidth, AvxRows.NarrowStep);
        _down = new LanczosWeights(height, targetHeight, AvxRows.VerticalStep);
        _window = Bitmap.Allocate(width, _down.Taps + SpareRows, Bands);

        // One spare row, because the vector code reads and writes a few bytes past the last pixel.
        _squeezed = Bitmap.Allocate(width, 2, Bands);
        _narrowed = Bitmap.Allocate(targetWidth, 2, Bands);
        _targetHeight = targetHeight;
        _target = Bitmap.Allocate(targetWidth, targetHeight, Bands);
    }

    /// <summary>True if this class can do the resize; libvips handles tiny images and extreme scales.</summary>
    public static bool Supports(int width, int height, int targetWidth, int targetHeight) =>
        (width, height) != (targetWidth, targetHeight) && Supports(width, targetWidth) && Supports(height, targetHeight);

    public static Bitmap Resize(Bitmap bitmap, int width, int height)
    {
        using var resampler = new RgbResampler(bitmap.Width, bitmap.Height, width, height);
        resampler.Push(bitmap.Pixels);
        return resampler.Take();
    }

    /// <summary>Processes the next rows of the source, any number of them.</summary>
    public void Push(ReadOnlySpan<byte> rows)
    {
        var stride = _window.Width * Bands;
        while (rows.Length > 0)
        {
            MakeRoom(stride);
            var taken = Math.Min(rows.Length / stride, _window.Height - _windowRows);
            rows[..(taken * stride)].CopyTo(_window.Pixels[(_windowRows * stride)..]);
            rows = rows[(taken * stride)..];
            _windowRows += taken;
            Drain(stride);
        }
    }

    /// <summary>Returns the finished image after all rows were pushed. The caller owns it.</summary>
    public Bitmap Take()
    {
        if (_done != _targetHeight || _target is not { } finished)
        {
            throw new InvalidOperationException("Rows are missing, or the image was returned already.");
        }

        _target = null;
        return finished;
    }

    public void Dispose()
    {
        _window.Dispose();
        _squeezed.Dispose();
        _narrowed.Dispose();
        _target?.Dispose();
    }

    private static bool Supports(int source, int target) =>
        target <= source && source <= (long)target * MaxScale && source >= 64 && source >= LanczosWeights.TapsFor(source, target, AvxRows.NarrowStep);

    private void MakeRoom(int stride)
    {
        if (_windowRows < _window.Height)
        {
            return;
        }

        // Drop the rows above the first one that the next target row needs.
        var spent = Math.Min(_windowRows, _down.Start(_done) - _windowTop);
        _window.Pixels[(spent * stride)..].CopyTo(_window.Pixels);
        _windowTop += spent;
        _windowRows -= spent;
    }

    private void Drain(int stride)
    {
        while (_done < _targetHeight && _down.Start(_done) + _down.Taps <= _windowTop + _windowRows)
        {
            var rows = _window.Pixels[((_down.Start(_done) - _windowTop) * stride)..];
            if (Avx2.IsSupported)
            {
                AvxRows.ShrinkVertically(rows, stride, _down.Of(_done), _squeezed.Pixels);
                AvxRows.Narrow(_squeezed.Pixels, _across, _narrowed.Pixels);
            }
            else
            {
                PortableRows.ShrinkVertically(rows, stride, _down.Of(_done), _squeezed.Pixels);
                PortableRows.Narrow(_squeezed.Pixels, _across, _narrowed.Pixels);
            }

            var length = _target!.Width * Bands;
            _narrowed.Pixels[..length].CopyTo(_target.Pixels[(_done * length)..]);
            _done++;
        }
    }
}
