using System.Runtime.InteropServices;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;

namespace Pipeline.Bench.Imaging.Runners;

/// <summary>libjpeg-turbo's decoder alone.</summary>
internal static unsafe partial class TurboDecoder
{
    /// <summary>The pixel buffer. It is reused, because fresh pages from the kernel would cost half as much as the decode.</summary>
    public static Bitmap RoomFor(Photo photo)
    {
        var (width, height) = photo.IsSideways ? (photo.Height, photo.Width) : (photo.Width, photo.Height);
        return Bitmap.Allocate((width + photo.Shrink - 1) / photo.Shrink, (height + photo.Shrink - 1) / photo.Shrink, 3);
    }

    public static void Decode(ReadOnlySpan<byte> jpeg, Bitmap room)
    {
        var decoder = Init();
        try
        {
            fixed (byte* bytes = jpeg, pixels = room.Pixels)
            {
                // The decoder scales to sizes that are a supported fraction of the image's own.
                if (Decompress(decoder, bytes, (nuint)jpeg.Length, pixels, room.Width, room.Width * 3, room.Height, LibTurboJpeg.Rgb, flags: 0) != 0)
                    throw new BenchException($"libjpeg-turbo: {Marshal.PtrToStringUTF8(LibTurboJpeg.LastError(decoder))}");
            }
        }
        finally
        {
            _ = LibTurboJpeg.Destroy(decoder);
        }
    }

    [LibraryImport(LibTurboJpeg.Library, EntryPoint = "tjInitDecompress")]
    private static partial nint Init();

    [LibraryImport(LibTurboJpeg.Library, EntryPoint = "tjDecompress2")]
    private static partial int Decompress(nint handle, byte* jpeg, nuint length, byte* pixels, int width, int pitch, int height, int format, int flags);
}
