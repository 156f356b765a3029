using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Processor.Imaging.Codecs;
using Pipeline.Processor.Imaging.Watermarks;

namespace Pipeline.Processor.Imaging.Variants;

/// <summary>Encodes each size in each format of the profile and writes the files.</summary>
internal sealed class VariantWriter(RenderRequest request, WatermarkLayer? mark, CancellationToken cancellationToken)
{
    private readonly List<RenderedVariant> _written = [];

    /// <summary>Smallest first, and of each size in the order of <see cref="ImageFormats.All"/>.</summary>
    public IReadOnlyList<RenderedVariant> Written(IReadOnlyList<Rung> rungs) =>
        [.. rungs.SelectMany(rung => ImageFormats.All.SelectMany(format => _written.Where(v => v.Name == rung.Name && v.Format == format)))];

    /// <summary>Writes all formats of one size.</summary>
    /// <param name="rung">The size.</param>
    /// <param name="scaled">The whole image in it; not changed.</param>
    /// <param name="focus">What a cut keeps.</param>
    public void Write(Rung rung, Bitmap scaled, FocalPoint focus)
    {
        using var framed = Frame(rung, scaled, focus);
        var bitmap = framed ?? scaled;
        foreach (var format in request.Profile.Formats.Distinct(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var encoded = Encode(bitmap, format);
            Save(rung, format, encoded);
        }
    }

    /// <summary>What is encoded of a size, or null if it is the scaled image as it is.</summary>
    private Bitmap? Frame(Rung rung, Bitmap scaled, FocalPoint focus)
    {
        var framed = Framing.Apply(scaled, rung.Output, focus, Rgb.Parse(request.Profile.Background));
        if (mark is not null)
        {
            // The scaled image itself stays as it is: smaller ones are derived from it.
            framed ??= scaled.Copy();
            mark.LayOver(framed, cancellationToken);
        }

        return framed;
    }

    private EncodedImage Encode(Bitmap bitmap, string format)
    {
        var profile = request.Profile;
        if (format == ImageFormats.Webp)
        {
            return WebpEncoder.Encode(bitmap, profile.WebpQuality, profile.WebpEffort, cancellationToken);
        }

        using var flat = bitmap.HasAlpha ? Flattening.Flatten(bitmap, Rgb.Parse(profile.Background)) : null;
        return JpegEncoder.Encode(flat ?? bitmap, profile.JpegQuality);
    }

    private void Save(Rung rung, string format, EncodedImage image)
    {
        var path = Path.Combine(request.OutputFolder, $"{rung.Name}.{ImageFormats.Extension(format)}");
        File.WriteAllBytes(path, image.Bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(image.Bytes));
        _written.Add(new RenderedVariant(rung.Name, format, rung.Output.Width, rung.Output.Height, path, image.Bytes.Length, hash));
    }
}
