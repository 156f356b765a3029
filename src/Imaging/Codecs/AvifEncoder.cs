using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Codecs;

/// <summary>Encodes pixels as AVIF (AV1, 8 bits, 4:2:0) with libvips and libheif; keeps alpha.</summary>
internal static class AvifEncoder
{
    /// <exception cref="NativeLibraryMissingException">libheif has no AV1 encoder; the message names the package to install.</exception>
    public static void ThrowUnlessAvailable()
    {
        VipsHeif.Start();
        if (!NativeLibraries.IsBundled && LibHeif.HasEncoder(LibHeif.Av1) == 0)
        {
            throw new NativeLibraryMissingException(
                "libheif has no encoder for AVIF. Install the Debian or Ubuntu package libheif-plugin-aomenc: apt-get install libheif-plugin-aomenc");
        }
    }

    /// <param name="bitmap">No side above 16,384, libheif's own limit.</param>
    /// <param name="quality">1–100.</param>
    /// <param name="effort">0 (fast) to 9 (small).</param>
    /// <param name="cancellationToken">Checked before and after: libheif cannot be interrupted while it encodes.</param>
    public static EncodedImage Encode(Bitmap bitmap, int quality, int effort, CancellationToken cancellationToken)
    {
        ThrowUnlessAvailable();
        cancellationToken.ThrowIfCancellationRequested();
        var encoded = Save(bitmap, quality, effort);
        if (cancellationToken.IsCancellationRequested)
        {
            encoded.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return encoded;
    }

    private static EncodedImage Save(Bitmap bitmap, int quality, int effort)
    {
        using var image = VipsImage.Over(bitmap);

        // Never 10 bits: libheif 1.15 then requests an unsupported format from libaom, and a failed assertion ends the whole process.
        return new VipsOperation("heifsave_buffer",
                FormattableString.Invariant($"compression=av1,bitdepth=8,subsample_mode=on,strip=true,Q={quality},effort={effort}"))
            .With("in", image).RunToBytes();
    }
}
