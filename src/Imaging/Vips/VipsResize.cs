using Pipeline.Imaging.Resampling;

namespace Pipeline.Imaging.Vips;

/// <summary>Scales images down (Lanczos 3), never up.</summary>
internal static class VipsResize
{
    public static Bitmap To(Bitmap bitmap, int width, int height, CancellationToken cancellationToken)
    {
        if (!bitmap.HasAlpha && RgbResampler.Supports(bitmap.Width, bitmap.Height, width, height))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return RgbResampler.Resize(bitmap, width, height);
        }

        using var image = VipsImage.Over(bitmap);
        using var resized = To(image, width, height);
        return resized.ToBitmap(cancellationToken);
    }

    public static VipsImage To(VipsImage image, int width, int height)
    {
        if (image.HasAlpha && (image.Width != width || image.Height != height))
        {
            return WithAlpha(image, width, height);
        }

        return Plain(image, width, height);
    }

    /// <summary>Resizes with premultiplied alpha; otherwise the colour of invisible pixels bleeds into their neighbours.</summary>
    private static VipsImage WithAlpha(VipsImage image, int width, int height)
    {
        using var multiplied = new VipsOperation("premultiply", string.Empty).With("in", image).Run();
        using var resized = Plain(multiplied, width, height);
        using var divided = new VipsOperation("unpremultiply", string.Empty).With("in", resized).Run();
        return new VipsOperation("cast", image.IsEightBit ? "format=uchar" : "format=ushort").With("in", divided).Run();
    }

    // Each side has its own scale, because one scale for both would be off by a pixel in some sizes.
    private static VipsImage Plain(VipsImage image, int width, int height) =>
        new VipsOperation("resize", FormattableString.Invariant(
            $"scale={(double)width / image.Width:R},vscale={(double)height / image.Height:R}")).With("in", image).Run();
}
