using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pipeline.Imaging.Planes;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Codecs;

/// <summary>Encodes pixels as a lossy WebP without any metadata; keeps alpha.</summary>
internal static unsafe class WebpEncoder
{
    /// <summary>Version of the library, such as <c>1.2.4</c>.</summary>
    public static string Version
    {
        get
        {
            var version = LibWebp.EncoderVersion();
            return $"{version >> 16}.{(version >> 8) & 255}.{version & 255}";
        }
    }

    /// <param name="bitmap">No side above 16,383, the format's own limit.</param>
    /// <param name="quality">1–100.</param>
    /// <param name="effort">0 (fast) to 6 (small).</param>
    /// <param name="cancellationToken">Checked during encoding, which is the longest of all steps.</param>
    public static EncodedImage Encode(Bitmap bitmap, int quality, int effort, CancellationToken cancellationToken)
    {
        if (NativeLibraries.WebpByVips)
        {
            return VipsSaver.Webp(bitmap, quality, effort, cancellationToken);
        }

        WebpConfig config;
        WebpPicture picture;
        Prepare(&config, &picture, bitmap.Width, bitmap.Height, quality, effort);
        return Encode(&config, &picture, at => Import((WebpPicture*)at, bitmap), cancellationToken);
    }

    /// <summary>The same without a conversion of colours.</summary>
    /// <param name="image">With one sample of colour for each 2 × 2 pixels; no side above 16,383.</param>
    /// <param name="quality">1–100.</param>
    /// <param name="effort">0 (fast) to 6 (small).</param>
    /// <param name="cancellationToken">Checked during encoding.</param>
    public static EncodedImage Encode(PlanarImage image, int quality, int effort, CancellationToken cancellationToken)
    {
        WebpConfig config;
        WebpPicture picture;
        Prepare(&config, &picture, image.Width, image.Height, quality, effort);
        return Encode(&config, &picture, at => Import((WebpPicture*)at, image), cancellationToken);
    }

    private static EncodedImage Encode(WebpConfig* config, WebpPicture* picture, Func<nint, bool> import, CancellationToken cancellationToken)
    {
        WebpMemoryWriter writer;
        LibWebp.InitWriter(&writer);
        var stop = 0;
        var stopFlag = &stop;
        picture->Writer = &Write;
        picture->WriterState = &writer;
        picture->Progress = &Continue;
        picture->Stop = stopFlag;
        var encoded = false;
        try
        {
            using (cancellationToken.Register(() => Volatile.Write(ref *stopFlag, 1)))
            {
                encoded = import((nint)picture) && LibWebp.Encode(config, picture) != 0;
            }

            if (!encoded)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new InvalidOperationException($"libwebp failed to encode: error {picture->Error}");
            }
        }
        finally
        {
            LibWebp.FreePicture(picture);
            if (!encoded)
            {
                LibWebp.Free(writer.Memory);
            }
        }

        return new EncodedImage(writer.Memory, checked((int)writer.Size), LibWebp.Free);
    }

    /// <summary>Fills both structures with the library's defaults, then sets quality, effort and size.</summary>
    internal static void Prepare(WebpConfig* config, WebpPicture* picture, int width, int height, int quality, int effort)
    {
        if (LibWebp.InitConfig(config, LibWebp.DefaultPreset, quality, LibWebp.EncoderAbi) == 0
            || LibWebp.InitPicture(picture, LibWebp.EncoderAbi) == 0)
        {
            throw new NotSupportedException($"{LibWebp.Library} has another encoder interface version than this program expects.");
        }

        config->Method = effort;
        picture->Width = width;
        picture->Height = height;
    }

    /// <summary>Copies the pixels. The caller frees the picture, also if this fails.</summary>
    internal static bool Import(WebpPicture* picture, Bitmap bitmap)
    {
        fixed (byte* pixels = bitmap.Pixels)
        {
            return (bitmap.HasAlpha
                ? LibWebp.ImportRgba(picture, pixels, bitmap.Width * 4)
                : LibWebp.ImportRgb(picture, pixels, bitmap.Width * 3)) != 0;
        }
    }

    /// <summary>Copies the planes, in the narrower range of WebP. The caller frees the picture, also if this fails.</summary>
    private static bool Import(WebpPicture* picture, PlanarImage image)
    {
        if (LibWebp.AllocatePicture(picture) == 0)
        {
            return false;
        }

        VideoRange.Brightness(image.Plane(0), image.WidthOf(0), (byte*)picture->Y, picture->YStride);
        VideoRange.Colour(image.Plane(1), image.WidthOf(1), (byte*)picture->U, picture->UvStride);
        VideoRange.Colour(image.Plane(2), image.WidthOf(2), (byte*)picture->V, picture->UvStride);
        return true;
    }

    /// <summary>Progress callback that the library calls every few rows; returning 0 stops the encoding.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int Continue(int percent, WebpPicture* picture) => Volatile.Read(ref *picture->Stop) == 0 ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(byte* data, nuint length, WebpPicture* picture) => LibWebp.Write(data, length, picture);
}
