using System.Globalization;

namespace Pipeline.Corpus;

/// <summary>Checks the published variants, except for their metadata, which exiftool checks for all files at once.</summary>
internal static class VariantChecks
{
    public static IEnumerable<string> Check(CorpusRow row, AssetAnswer asset)
    {
        if (row.Width is { } width && row.Height is { } height && (asset.Width, asset.Height) != (width, height))
            yield return $"is {asset.Width}x{asset.Height}, should be {width}x{height}";
        if (asset.Variants.Count == 0)
            yield return "has no variants";
        foreach (var format in (string[])["jpeg", "webp"])
            if (asset.Variants.All(v => v.Format != format))
                yield return $"has no {format}";
    }

    public static IEnumerable<string> Check(AssetAnswer asset, Variant variant, byte[] bytes, Markers markers)
    {
        var name = $"{variant.Name}.{variant.Format}";
        if (EncodedImage.Read(bytes) is not { } image)
        {
            yield return $"{name}: neither JPEG nor WebP";
            yield break;
        }

        if (image.Format != variant.Format)
            yield return $"{name}: is {image.Format}";
        if ((image.Width, image.Height) != (variant.Width, variant.Height))
            yield return $"{name}: is {image.Width}x{image.Height}, said to be {variant.Width}x{variant.Height}";
        if (bytes.LongLength != variant.Bytes)
            yield return $"{name}: has {bytes.Length} bytes, said to have {variant.Bytes}";
        if (int.TryParse(variant.Name.TrimStart('w'), CultureInfo.InvariantCulture, out var most) && image.Width > most)
            yield return $"{name}: is {image.Width} wide";
        if (image.Width > asset.Width || image.Height > asset.Height)
            yield return $"{name}: is larger than the original";
        if (image is { Format: "jpeg", Progressive: false })
            yield return $"{name}: is not progressive";
        if (image.End != bytes.Length)
            yield return $"{name}: {bytes.Length - image.End} bytes behind its end";
        foreach (var marker in markers.FoundIn(bytes))
            yield return $"{name}: holds {marker}";
    }
}
