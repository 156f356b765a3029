using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Planes;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Variants;

/// <summary>
/// A whole image at one size: RGB pixels, or the planes of a photo, which need fewer bytes and no conversion of colours on their way to an encoder.
/// </summary>
internal sealed class Raster : IDisposable
{
    private readonly PlanarImage? _planes;
    private Bitmap? _pixels;

    /// <summary>Takes ownership.</summary>
    public Raster(Bitmap pixels) => (_pixels, Width, Height) = (pixels, pixels.Width, pixels.Height);

    /// <summary>Takes ownership.</summary>
    /// <param name="planes">With one sample of colour for each 2 × 2 pixels.</param>
    public Raster(PlanarImage planes) => (_planes, Width, Height) = (planes, planes.Width, planes.Height);

    public int Width { get; }

    public int Height { get; }

    /// <summary>True if the image is in planes.</summary>
    public bool IsPlanar => _planes is not null;

    /// <summary>The pixels, converted at the first call; valid until disposal, and owned by this object.</summary>
    public Bitmap Pixels => _pixels ??= PlanarColours.ToRgb(_planes!);

    /// <summary>Returns a smaller image. How depends on this image and the size only, because a variant's key names nothing else.</summary>
    public Raster To(int width, int height, CancellationToken cancellationToken)
    {
        if (_planes is null || !PlanarResize.Supports((Width, Height), _planes.Across, _planes.Down, (width, height)))
        {
            return new Raster(VipsResize.To(Pixels, width, height, cancellationToken));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new Raster(PlanarResize.To(_planes, width, height));
    }

    public EncodedImage ToJpeg(int quality, Rgb background)
    {
        if (_planes is not null)
        {
            return JpegEncoder.Encode(_planes, quality);
        }

        using var flat = Pixels.HasAlpha ? AlphaFlattening.Flatten(Pixels, background) : null;
        return JpegEncoder.Encode(flat ?? Pixels, quality);
    }

    public EncodedImage ToWebp(int quality, int effort, CancellationToken cancellationToken) => _planes is not null && !NativeLibraries.WebpByVips
        ? WebpEncoder.Encode(_planes, quality, effort, cancellationToken)
        : WebpEncoder.Encode(Pixels, quality, effort, cancellationToken);

    public void Dispose()
    {
        _pixels?.Dispose();
        _planes?.Dispose();
    }
}
