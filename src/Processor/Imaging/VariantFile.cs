using System.Security.Cryptography;
using Pipeline.Processor.Imaging.Codecs;

namespace Pipeline.Processor.Imaging;

/// <summary>Writes an encoded image into the output folder.</summary>
internal static class VariantFile
{
    public const string Jpeg = "jpeg";
    public const string Webp = "webp";

    public static RenderedVariant Write(string folder, Rung rung, string format, EncodedImage image)
    {
        var path = Path.Combine(folder, $"{rung.Name}.{(format == Jpeg ? "jpg" : format)}");
        File.WriteAllBytes(path, image.Bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(image.Bytes));
        return new RenderedVariant(rung.Name, format, rung.Width, rung.Height, path, image.Bytes.Length, hash);
    }
}
