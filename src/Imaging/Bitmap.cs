using System.Runtime.InteropServices;

namespace Pipeline.Imaging;

/// <summary>
/// Raw pixels: sRGB, upright, 8 bits per band, rows without padding; 3 bands, or 4 with straight (not premultiplied) alpha. The memory is
/// unmanaged, because a large image would stay on the managed heap until the next full collection. Holds no metadata.
/// </summary>
internal sealed unsafe class Bitmap(nint pixels, int width, int height, int bands, Action<nint> free) : IDisposable
{
    private nint _pixels = pixels;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public int Bands { get; } = bands;

    public bool HasAlpha => Bands == 4;

    /// <summary>Valid until the bitmap is disposed. A span kept after that points to freed memory, and nothing checks it.</summary>
    public Span<byte> Pixels
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pixels == 0, this);
            return new Span<byte>((void*)_pixels, checked(Width * Height * Bands));
        }
    }

    /// <summary>One row of <see cref="Pixels"/>, from the top.</summary>
    public Span<byte> Row(int y) => Pixels.Slice(y * Width * Bands, Width * Bands);

    /// <summary>The pixels are not initialised.</summary>
    public static Bitmap Allocate(int width, int height, int bands) =>
        new((nint)NativeMemory.Alloc(checked((nuint)(width * height * bands))), width, height, bands, Release);

    public Bitmap Copy()
    {
        var copy = Allocate(Width, Height, Bands);
        Pixels.CopyTo(copy.Pixels);
        return copy;
    }

    public void Dispose()
    {
        if (_pixels != 0)
        {
            free(_pixels);
            _pixels = 0;
        }
    }

    private static void Release(nint memory) => NativeMemory.Free((void*)memory);
}
