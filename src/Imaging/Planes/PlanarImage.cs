using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Planes;

/// <summary>
/// A photo as a JPEG stores it: full-range YCbCr by BT.601 in three planes of 8 bits, in sRGB, rows without padding. The samples of the colour
/// planes lie in the middle of the pixels that they cover. The memory is unmanaged, as that of <see cref="Bitmap"/>.
/// </summary>
internal sealed unsafe class PlanarImage : IDisposable
{
    public const int Count = 3;

    private nint _memory;

    private PlanarImage(int width, int height, int across, int down)
    {
        (Width, Height, Across, Down) = (width, height, across, down);
        _memory = (nint)NativeMemory.Alloc(checked((nuint)Length(0) + (nuint)Length(1) + (nuint)Length(2)));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Pixels in a row that share a sample of colour: 1 or 2.</summary>
    public int Across { get; }

    /// <summary>Pixels in a column that share a sample of colour: 1 or 2.</summary>
    public int Down { get; }

    /// <summary>The samples are not initialised.</summary>
    public static PlanarImage Allocate(int width, int height, int across = 2, int down = 2) => new(width, height, across, down);

    /// <param name="plane">0 for brightness, 1 and 2 for colour.</param>
    public int WidthOf(int plane) => plane == 0 ? Width : (Width + Across - 1) / Across;

    /// <inheritdoc cref="WidthOf" />
    public int HeightOf(int plane) => plane == 0 ? Height : (Height + Down - 1) / Down;

    /// <summary>Valid until disposal. A span kept after that points to freed memory, and nothing checks it.</summary>
    /// <inheritdoc cref="WidthOf" />
    public Span<byte> Plane(int plane) => new(Start(plane), Length(plane));

    /// <summary>The first sample of a plane; valid until disposal.</summary>
    /// <inheritdoc cref="WidthOf" />
    public byte* Start(int plane)
    {
        ObjectDisposedException.ThrowIf(_memory == 0, this);
        return (byte*)_memory + (plane > 0 ? Length(0) : 0) + (plane > 1 ? Length(1) : 0);
    }

    public void Dispose()
    {
        NativeMemory.Free((void*)_memory);
        _memory = 0;
    }

    private int Length(int plane) => checked(WidthOf(plane) * HeightOf(plane));
}
