using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Planes;

namespace Pipeline.Imaging.Codecs;

/// <summary>Decodes a JPEG without a conversion of its colours.</summary>
internal static unsafe class PlanarJpegDecoder
{
    /// <summary>Above it a decode, which cannot be interrupted, would take seconds.</summary>
    private const long MaxPixels = 40_000_000;

    /// <summary>As <see cref="MaxPixels"/>; editors write about ten.</summary>
    private const int MaxScans = 20;

    /// <summary>Decoded pixels. All planes are in memory at a time, unlike the strips of libvips.</summary>
    private const long MaxDecodedPixels = 24_000_000;

    /// <summary>
    /// Returns null unless the file is a photo as cameras and phones make them, whose pixels decode without a warning. libvips decodes or refuses
    /// all other files.
    /// </summary>
    /// <param name="jpeg">Starts with the signature of a JPEG; the rest can be anything.</param>
    /// <param name="width">Width of the stored image.</param>
    /// <param name="height">Height of the stored image.</param>
    /// <param name="shrink">1, 2, 4 or 8: decode at this fraction of the size.</param>
    /// <param name="accepts">Whether the caller can use an image with this size and these pixels for each sample of colour.</param>
    public static PlanarImage? TryDecode(ReadOnlySpan<byte> jpeg, int width, int height, int shrink, PlanarSizeCheck accepts)
    {
        var (toWidth, toHeight) = ((width + shrink - 1) / shrink, (height + shrink - 1) / shrink);
        if (NativeLibraries.JpegByVips || (long)width * height > MaxPixels || (long)toWidth * toHeight > MaxDecodedPixels
            || JpegSegments.HaveMoreScansThan(MaxScans, jpeg))
        {
            return null;
        }

        // libjpeg warns about stray bytes as about damaged pixels.
        if (JpegSegments.HaveJunkBetween(jpeg))
        {
            jpeg = JpegSegments.WithoutJunk(jpeg);
        }

        var decoder = LibTurboJpeg.InitDecompress();
        try
        {
            fixed (byte* bytes = jpeg)
            {
                int foundWidth, foundHeight, subsampling, colours;
                return LibTurboJpeg.ReadHeader(decoder, bytes, (nuint)jpeg.Length, &foundWidth, &foundHeight, &subsampling, &colours) == 0
                    && (foundWidth, foundHeight, colours) == (width, height, LibTurboJpeg.YCbCr)
                    && Sharing(subsampling) is var (across, down)
                    && accepts(toWidth, toHeight, across, down)
                        ? Decode(decoder, bytes, jpeg.Length, PlanarImage.Allocate(toWidth, toHeight, across, down))
                        : null;
            }
        }
        finally
        {
            _ = LibTurboJpeg.Destroy(decoder);
        }
    }

    private static (int Across, int Down)? Sharing(int subsampling) => subsampling switch
    {
        LibTurboJpeg.Subsample444 => (1, 1),
        LibTurboJpeg.Subsample422 => (2, 1),
        LibTurboJpeg.Subsample420 => (2, 2),
        LibTurboJpeg.Subsample440 => (1, 2),
        _ => null,
    };

    private static PlanarImage? Decode(nint decoder, byte* jpeg, int length, PlanarImage image)
    {
        using var brightness = new EvenPlane(image);
        var planes = stackalloc byte*[] { brightness.Start, image.Start(1), image.Start(2) };
        var strides = stackalloc int[] { brightness.Stride, image.WidthOf(1), image.WidthOf(2) };
        if (LibTurboJpeg.DecompressPlanes(decoder, jpeg, (nuint)length, planes, image.Width, strides, image.Height, LibTurboJpeg.StopOnWarning) == 0)
        {
            brightness.Store();
            return image;
        }

        image.Dispose();
        return null;
    }
}

/// <summary>Whether an image with this size and these pixels for each sample of colour can be used.</summary>
internal delegate bool PlanarSizeCheck(int width, int height, int across, int down);
