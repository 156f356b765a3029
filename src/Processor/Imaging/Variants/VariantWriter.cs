using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Processor.Imaging.Codecs;
using Pipeline.Processor.Imaging.Vips;
using Pipeline.Processor.Imaging.Watermarks;

namespace Pipeline.Processor.Imaging.Variants;

/// <summary>Brings each size into its frame, encodes it and writes the files.</summary>
internal sealed class VariantWriter(RenderRequest request, WatermarkLayer? mark, CancellationToken cancellationToken)
{
    private readonly List<RenderedVariant> _written = [];
    private readonly Rgb _background = Rgb.Parse(request.Profile.Background);

    /// <summary>What crops keep: found once, so that all sizes and all frames show the same part.</summary>
    private FocalPoint? _focus = request.FocalPoint;

    /// <summary>Smallest first, and of each size in the order of <see cref="ImageFormats.All"/>.</summary>
    public IReadOnlyList<RenderedVariant> Written(IReadOnlyList<Rung> rungs) =>
        [.. rungs.SelectMany(rung => ImageFormats.All.SelectMany(format => _written.Where(v => v.Name == rung.Name && v.Format == format)))];

    /// <summary>Writes one size in each of the formats.</summary>
    /// <param name="rung">The size.</param>
    /// <param name="scaled">The whole image in it; not changed. The largest size comes first.</param>
    /// <param name="formats">Of <see cref="ImageFormats"/>.</param>
    public void WriteStill(Rung rung, Bitmap scaled, IEnumerable<string> formats)
    {
        using var framed = Frame(rung, scaled);
        foreach (var format in formats.Distinct(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var encoded = Encode(framed ?? scaled, format);
            Save(rung, format, encoded, animated: false);
        }
    }

    /// <summary>Adds one frame of an animation to what is encoded of this size.</summary>
    public void WriteFrame(Rung rung, Bitmap scaled, int delayMs, WebpAnimationEncoder film)
    {
        using var framed = Frame(rung, scaled);
        film.Add(framed ?? scaled, delayMs, cancellationToken);
    }

    /// <summary>Writes an animation to which all frames were added.</summary>
    public void WriteFilm(Rung rung, WebpAnimationEncoder film)
    {
        using var encoded = film.Finish();
        Save(rung, ImageFormats.Webp, encoded, animated: true);
    }

    /// <summary>What is encoded of a size, or null if it is the scaled image as it is.</summary>
    private Bitmap? Frame(Rung rung, Bitmap scaled)
    {
        _focus ??= request.Profile.Crops
            ? VipsSmartCrop.Find(scaled, rung.Output, request.Profile.Crop, cancellationToken)
            : new FocalPoint { X = 0.5, Y = 0.5 };
        var framed = Framing.Apply(scaled, rung.Output, _focus, _background);
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

        using var flat = bitmap.HasAlpha ? Flattening.Flatten(bitmap, _background) : null;
        return JpegEncoder.Encode(flat ?? bitmap, profile.JpegQuality);
    }

    private void Save(Rung rung, string format, EncodedImage image, bool animated)
    {
        var path = Path.Combine(request.OutputFolder, $"{rung.Name}.{ImageFormats.Extension(format)}");
        File.WriteAllBytes(path, image.Bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(image.Bytes));
        _written.Add(new RenderedVariant(rung.Name, format, rung.Output.Width, rung.Output.Height, path, image.Bytes.Length, hash, animated));
    }
}
