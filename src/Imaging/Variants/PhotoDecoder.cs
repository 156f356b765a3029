using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Planes;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Variants;

/// <summary>
/// Decodes a still image once, at the largest size that is needed. A photo that is in sRGB already stays in the planes of its JPEG; libvips decodes
/// everything else, and every file that the planar decoder does not accept without a warning, so that one decoder judges all faults.
/// </summary>
internal static class PhotoDecoder
{
    /// <param name="header">The opened image, before any pixel is read.</param>
    /// <param name="bytes">The bytes of the file for decoders.</param>
    /// <param name="type">Type of the file.</param>
    /// <param name="width">Width of the upright result, at most that of the image.</param>
    /// <param name="height">Height of the upright result.</param>
    /// <param name="cancellationToken">Checked between steps.</param>
    /// <exception cref="VipsException">The pixels cannot be decoded.</exception>
    public static Raster Decode(
        VipsImage header, ReadOnlySpan<byte> bytes, ImageType type, int width, int height, CancellationToken cancellationToken) =>
        type == ImageType.Jpeg && header.ColourBands == 3 && !VipsColour.NeedsProfile(header)
            && DecodePlanes(header, bytes, width, height, cancellationToken) is { } planes
            ? new Raster(planes)
            : new Raster(VipsDecoder.Decode(header, bytes, type, width, height, cancellationToken));

    private static PlanarImage? DecodePlanes(VipsImage header, ReadOnlySpan<byte> jpeg, int width, int height, CancellationToken cancellationToken)
    {
        (width, height) = header.IsSideways ? (height, width) : (width, height);
        var decoded = PlanarJpegDecoder.TryDecode(
            jpeg, header.Width, header.Height, VipsDecoder.Shrink(header, width, height),
            (fromWidth, fromHeight, across, down) => PlanarResize.Supports((fromWidth, fromHeight), across, down, (width, height)));
        if (decoded is null)
        {
            return null;
        }

        using (decoded)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var turn = new PlanarTurn(header.Orientation);
            return turn.Apply(PlanarResize.To(decoded, width, height, turn));
        }
    }
}
