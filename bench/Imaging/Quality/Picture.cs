using Pipeline.Imaging;
using Pipeline.Imaging.Vips;

namespace Pipeline.Bench.Imaging.Quality;

/// <summary>RGB, 0–255, interleaved, without rounding.</summary>
internal sealed record Picture(int Width, int Height, double[] Values)
{
    public const int Bands = 3;

    /// <summary>Decodes a whole file, upright and in sRGB.</summary>
    public static Picture Read(byte[] file, ImageType type)
    {
        var (width, height, _) = VipsDecoder.ReadHeader(file, type);
        using var bitmap = VipsDecoder.Decode(file, type, width, height, CancellationToken.None);
        var values = new double[width * height * Bands];
        var pixels = bitmap.Pixels;
        for (var i = 0; i < values.Length; i++) values[i] = pixels[i];
        return new Picture(width, height, values);
    }

    public double[] Luma()
    {
        var luma = new double[Width * Height];
        for (int i = 0, p = 0; i < luma.Length; i++, p += Bands) luma[i] = (0.299 * Values[p]) + (0.587 * Values[p + 1]) + (0.114 * Values[p + 2]);
        return luma;
    }
}
