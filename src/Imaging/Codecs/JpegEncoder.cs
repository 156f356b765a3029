using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Codecs;

/// <summary>Encodes pixels as a progressive JPEG without any metadata.</summary>
internal static unsafe class JpegEncoder
{
    /// <param name="bitmap">Without alpha; see <see cref="AlphaFlattening"/>.</param>
    /// <param name="quality">1–100.</param>
    public static EncodedImage Encode(Bitmap bitmap, int quality)
    {
        if (bitmap.HasAlpha)
        {
            throw new ArgumentException("JPEG has no alpha.", nameof(bitmap));
        }

        var encoder = LibTurboJpeg.InitCompress();
        byte* jpeg = null;
        nuint length = 0;
        try
        {
            fixed (byte* pixels = bitmap.Pixels)
            {
                // Progressive includes optimised Huffman tables: the library cannot write one without the other.
                var failed = LibTurboJpeg.Compress(encoder, pixels, bitmap.Width, bitmap.Width * 3, bitmap.Height, LibTurboJpeg.Rgb, &jpeg,
                    &length, LibTurboJpeg.Subsample420, quality, LibTurboJpeg.Progressive | LibTurboJpeg.AccurateDct);
                if (failed != 0)
                {
                    LibTurboJpeg.Free((nint)jpeg);
                    throw new InvalidOperationException(
                        $"libjpeg-turbo failed to encode: {Marshal.PtrToStringUTF8(LibTurboJpeg.LastError(encoder))}");
                }
            }
        }
        finally
        {
            _ = LibTurboJpeg.Destroy(encoder);
        }

        return new EncodedImage((nint)jpeg, checked((int)length), LibTurboJpeg.Free);
    }
}
