using System.Runtime.InteropServices;
using Pipeline.Processor.Imaging;
using Pipeline.Processor.Imaging.Codecs;

namespace Pipeline.Bench.Imaging.Runners;

/// <summary>libjpeg-turbo's decoder with nothing around it.</summary>
internal static unsafe partial class TurboDecoder
{
    /// <summary>How much smaller the decoder can make the image by itself: 1, 2, 4 or 8.</summary>
    public static int ShrinkFor(int width, int wanted)
    {
        var shrink = 1;
        while (shrink < 8 && width / (shrink * 2) >= wanted) shrink *= 2;
        return shrink;
    }

    public static Bitmap Decode(ReadOnlySpan<byte> jpeg, int shrink)
    {
        var decoder = Init();
        try
        {
            fixed (byte* bytes = jpeg)
            {
                if (ReadHeader(decoder, bytes, (nuint)jpeg.Length, out var width, out var height, out _, out _) != 0) throw Error(decoder);
                (width, height) = ((width + shrink - 1) / shrink, (height + shrink - 1) / shrink);
                var bitmap = Bitmap.Allocate(width, height, 3);
                fixed (byte* pixels = bitmap.Pixels)
                {
                    if (Decompress(decoder, bytes, (nuint)jpeg.Length, pixels, width, width * 3, height, LibTurboJpeg.Rgb, flags: 0) == 0) return bitmap;
                }

                bitmap.Dispose();
                throw Error(decoder);
            }
        }
        finally
        {
            _ = LibTurboJpeg.Destroy(decoder);
        }
    }

    private static BenchException Error(nint decoder) => new($"libjpeg-turbo: {Marshal.PtrToStringUTF8(LibTurboJpeg.LastError(decoder))}");

    [LibraryImport(LibTurboJpeg.Library, EntryPoint = "tjInitDecompress")]
    private static partial nint Init();

    [LibraryImport(LibTurboJpeg.Library, EntryPoint = "tjDecompressHeader3")]
    private static partial int ReadHeader(nint handle, byte* jpeg, nuint length, out int width, out int height, out int subsampling, out int colours);

    [LibraryImport(LibTurboJpeg.Library, EntryPoint = "tjDecompress2")]
    private static partial int Decompress(nint handle, byte* jpeg, nuint length, byte* pixels, int width, int pitch, int height, int format, int flags);
}
