using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Planes;

/// <summary>
/// The brightness of an image with whole groups of pixels that share a sample of colour. libjpeg-turbo reads and writes the last group as a whole, beyond an
/// odd width or height.
/// </summary>
internal sealed unsafe class EvenPlane : IDisposable
{
    private readonly PlanarImage _image;
    private readonly int _height;
    private readonly bool _isOwn;

    /// <summary>For decoding: call <see cref="Store"/> after it.</summary>
    public EvenPlane(PlanarImage image)
    {
        _image = image;
        Stride = Whole(image.Width, image.Across);
        _height = Whole(image.Height, image.Down);
        _isOwn = (Stride, _height) != (image.Width, image.Height);
        Start = _isOwn ? (byte*)NativeMemory.Alloc((nuint)Stride, (nuint)_height) : image.Start(0);
    }

    /// <summary>The first sample.</summary>
    public byte* Start { get; }

    /// <summary>Samples of a row.</summary>
    public int Stride { get; }

    /// <summary>For encoding. The last pixel and the last row are repeated, so that nothing foreign shows at the edges.</summary>
    public static EvenPlane Of(PlanarImage image)
    {
        var plane = new EvenPlane(image);
        if (!plane._isOwn) return plane;
        var from = image.Plane(0);
        for (var y = 0; y < plane._height; y++)
        {
            var row = plane.Row(y);
            from.Slice(Math.Min(y, image.Height - 1) * image.Width, image.Width).CopyTo(row);
            row[image.Width..].Fill(row[image.Width - 1]);
        }

        return plane;
    }

    /// <summary>Copies the decoded samples into the image.</summary>
    public void Store()
    {
        if (!_isOwn) return;
        var to = _image.Plane(0);
        for (var y = 0; y < _image.Height; y++) Row(y)[.._image.Width].CopyTo(to.Slice(y * _image.Width, _image.Width));
    }

    public void Dispose()
    {
        if (_isOwn) NativeMemory.Free(Start);
    }

    private static int Whole(int length, int shared) => (length + shared - 1) / shared * shared;

    private Span<byte> Row(int y) => new(Start + ((nint)y * Stride), Stride);
}
