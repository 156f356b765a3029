using Pipeline.Imaging.Codecs;

namespace Pipeline.Imaging.Vips;

/// <summary>
/// Encodes with the codecs inside libvips, on machines without libjpeg-turbo or libwebp. Only with the libvips of the package: version 8.14.1 of Debian
/// leaves metadata in a WebP in spite of the option that removes it.
/// </summary>
internal static class VipsSaver
{
    /// <param name="bitmap">Without alpha.</param>
    /// <param name="quality">1–100.</param>
    public static EncodedImage Jpeg(Bitmap bitmap, int quality) =>
        Save(bitmap, "jpegsave_buffer", FormattableString.Invariant($"Q={quality},interlace=true,optimize_coding=true,subsample_mode=on,keep=none"));

    /// <param name="bitmap">No side above 16,383.</param>
    /// <param name="quality">1–100.</param>
    /// <param name="effort">0 (fast) to 6 (small).</param>
    /// <param name="cancellationToken">Checked before: libvips cannot be interrupted while it encodes.</param>
    public static EncodedImage Webp(Bitmap bitmap, int quality, int effort, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Save(bitmap, "webpsave_buffer", FormattableString.Invariant($"Q={quality},effort={effort},keep=none"));
    }

    private static EncodedImage Save(Bitmap bitmap, string saver, string options)
    {
        using var image = VipsImage.Over(bitmap);
        return new VipsOperation(saver, options).With("in", image).RunToBytes();
    }
}
