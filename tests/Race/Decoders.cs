using System.Runtime.InteropServices;

namespace Pipeline.Race;

/// <summary>The colour of a published image, decoded by the libraries of browsers and not by the product.</summary>
internal static unsafe partial class Decoders
{
    private const int Rgb = 0;

    /// <summary>The mean colour; throws <see cref="InvalidDataException"/> if the file is not a complete image of the format.</summary>
    public static Colour Mean(string format, byte[] bytes) => format switch
    {
        "jpeg" => Jpeg(bytes),
        "webp" => Webp(bytes),
        _ => throw new InvalidDataException($"There is no decoder for {format} here."),
    };

    private static Colour Jpeg(byte[] bytes)
    {
        var handle = InitDecompress();
        try
        {
            fixed (byte* start = bytes)
            {
                if (ReadHeader(handle, start, (nuint)bytes.Length, out var width, out var height, out _, out _) != 0)
                    throw new InvalidDataException("The JPEG has no header.");
                var pixels = new byte[width * height * 3];
                fixed (byte* into = pixels)
                    if (Decompress(handle, start, (nuint)bytes.Length, into, width, width * 3, height, Rgb, 0) != 0)
                        throw new InvalidDataException("The JPEG is damaged.");
                return Mean(pixels);
            }
        }
        finally
        {
            _ = Destroy(handle);
        }
    }

    private static Colour Webp(byte[] bytes)
    {
        fixed (byte* start = bytes)
        {
            var decoded = DecodeRgb(start, (nuint)bytes.Length, out var width, out var height);
            if (decoded == null) throw new InvalidDataException("The WebP is damaged.");
            try
            {
                return Mean(new ReadOnlySpan<byte>(decoded, width * height * 3));
            }
            finally
            {
                FreeWebp(decoded);
            }
        }
    }

    private static Colour Mean(ReadOnlySpan<byte> pixels)
    {
        var sums = new long[3];
        for (var i = 0; i < pixels.Length; i++) sums[i % 3] += pixels[i];
        var count = pixels.Length / 3;
        return new Colour((byte)(sums[0] / count), (byte)(sums[1] / count), (byte)(sums[2] / count));
    }

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjInitDecompress")]
    private static partial nint InitDecompress();

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjDecompressHeader3")]
    private static partial int ReadHeader(nint handle, byte* jpeg, nuint length, out int width, out int height, out int subsampling, out int colours);

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjDecompress2")]
    private static partial int Decompress(nint handle, byte* jpeg, nuint length, byte* pixels, int width, int pitch, int height, int format, int flags);

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjDestroy")]
    private static partial int Destroy(nint handle);

    [LibraryImport("libwebp.so.7", EntryPoint = "WebPDecodeRGB")]
    private static partial byte* DecodeRgb(byte* webp, nuint length, out int width, out int height);

    [LibraryImport("libwebp.so.7", EntryPoint = "WebPFree")]
    private static partial void FreeWebp(byte* pixels);
}
