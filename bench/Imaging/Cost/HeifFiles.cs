using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit.Images;

namespace Pipeline.Bench.Imaging.Cost;

/// <summary>Large images that repeat one small tile.</summary>
internal static class HeifFiles
{
    private const int Side = 512;

    /// <param name="brand"><c>avif</c> or <c>heic</c>.</param>
    /// <param name="rows">Number of rows of tiles.</param>
    /// <param name="columns">Number of columns of tiles.</param>
    /// <param name="shown">The declared size of the whole image. The default is at most 16,383 high.</param>
    public static byte[] Grid(string brand, int rows, int columns, (int Width, int Height)? shown = null)
    {
        var size = shown ?? (columns * Side, Math.Min(rows * Side, 16_383));
        return new HeifGrid(Tile(brand), brand, (Side, Side)) { Rows = rows, Columns = columns, OneTileForAll = true, Claimed = size, Output = size }.Build();
    }

    private static byte[] Tile(string brand)
    {
        using var noise = Bitmap.Allocate(Side, Side, 3);
        new Random(7).NextBytes(noise.Pixels);
        if (brand == "avif")
        {
            using var avif = AvifEncoder.Encode(noise, 30, 0, CancellationToken.None);
            return avif.Bytes.ToArray();
        }

        VipsHeif.Start();
        using var image = VipsImage.Over(noise);
        using var heic = new VipsOperation("heifsave_buffer", "compression=hevc,bitdepth=8,subsample_mode=on,effort=0,Q=30,strip=true").With("in", image).RunToBytes();
        return heic.Bytes.ToArray();
    }
}
