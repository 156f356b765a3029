using System.Runtime.InteropServices;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Planes;

namespace Pipeline.Bench.Imaging.Runners;

/// <summary>
/// libjpeg-turbo's decoder alone: to planes, or to RGB where the engine converts colours. The buffer is reused, because fresh pages from the kernel
/// would cost half as much as the decode.
/// </summary>
internal sealed unsafe partial class TurboDecoder : IDisposable
{
    private readonly PlanarImage? _planes;
    private readonly Bitmap? _pixels;

    public TurboDecoder(Photo photo, ReadOnlySpan<byte> jpeg)
    {
        var (width, height) = photo.IsSideways ? (photo.Height, photo.Width) : (photo.Width, photo.Height);
        if (photo.Kind != PhotoKind.Other) _planes = PlanarJpegDecoder.TryDecode(jpeg, width, height, photo.Shrink, (_, _, _, _) => true);
        if (_planes is null) _pixels = Bitmap.Allocate((width + photo.Shrink - 1) / photo.Shrink, (height + photo.Shrink - 1) / photo.Shrink, 3);
    }

    public void Decode(ReadOnlySpan<byte> jpeg)
    {
        var decoder = LibTurboJpeg.InitDecompress();
        try
        {
            fixed (byte* bytes = jpeg)
            {
                if ((_planes is null ? ToPixels(decoder, bytes, jpeg.Length) : ToPlanes(decoder, bytes, jpeg.Length)) != 0)
                    throw new BenchException($"libjpeg-turbo: {Marshal.PtrToStringUTF8(LibTurboJpeg.LastError(decoder))}");
            }
        }
        finally
        {
            _ = LibTurboJpeg.Destroy(decoder);
        }
    }

    public void Dispose()
    {
        _planes?.Dispose();
        _pixels?.Dispose();
    }

    [LibraryImport(LibTurboJpeg.Library, EntryPoint = "tjDecompress2")]
    private static partial int Decompress(nint handle, byte* jpeg, nuint length, byte* pixels, int width, int pitch, int height, int format, int flags);

    // The decoder scales to sizes that are a supported fraction of the image's own.
    private int ToPixels(nint decoder, byte* jpeg, int length)
    {
        fixed (byte* pixels = _pixels!.Pixels)
        {
            return Decompress(decoder, jpeg, (nuint)length, pixels, _pixels.Width, _pixels.Width * 3, _pixels.Height, LibTurboJpeg.Rgb, flags: 0);
        }
    }

    private int ToPlanes(nint decoder, byte* jpeg, int length)
    {
        var planes = stackalloc byte*[] { _planes!.Start(0), _planes.Start(1), _planes.Start(2) };
        var strides = stackalloc int[] { _planes.WidthOf(0), _planes.WidthOf(1), _planes.WidthOf(2) };
        return LibTurboJpeg.DecompressPlanes(decoder, jpeg, (nuint)length, planes, _planes.Width, strides, _planes.Height, flags: 0);
    }
}
