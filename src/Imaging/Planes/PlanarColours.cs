using System.Runtime.InteropServices;
using Pipeline.Imaging.Codecs;

namespace Pipeline.Imaging.Planes;

/// <summary>Converts planes to the pixels that crops, watermarks, AVIF and the placeholder need.</summary>
internal static unsafe class PlanarColours
{
    /// <param name="image">With one sample of colour for each 2 × 2 pixels.</param>
    public static Bitmap ToRgb(PlanarImage image)
    {
        var bitmap = Bitmap.Allocate(image.Width, image.Height, 3);
        using var brightness = EvenPlane.Of(image);
        var planes = stackalloc byte*[] { brightness.Start, image.Start(1), image.Start(2) };
        var strides = stackalloc int[] { brightness.Stride, image.WidthOf(1), image.WidthOf(2) };
        var decoder = LibTurboJpeg.InitDecompress();
        try
        {
            fixed (byte* pixels = bitmap.Pixels)
            {
                if (LibTurboJpeg.ConvertPlanes(
                    decoder, planes, strides, LibTurboJpeg.Subsample420, pixels, image.Width, image.Width * 3, image.Height, LibTurboJpeg.Rgb, flags: 0) != 0)
                {
                    bitmap.Dispose();
                    throw new InvalidOperationException(
                        $"libjpeg-turbo failed to convert colours: {Marshal.PtrToStringUTF8(LibTurboJpeg.LastError(decoder))}");
                }
            }
        }
        finally
        {
            _ = LibTurboJpeg.Destroy(decoder);
        }

        return bitmap;
    }
}
