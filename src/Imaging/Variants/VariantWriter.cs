using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.MetadataStripping;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Vips;
using Pipeline.Imaging.Watermarks;

namespace Pipeline.Imaging.Variants;

/// <summary>Brings each size into its frame, encodes it and writes the files.</summary>
/// <param name="request">What to render.</param>
/// <param name="mark">Laid over each size.</param>
/// <param name="attribution">What of the metadata is kept; null for nothing.</param>
/// <param name="cancellationToken">Asked before each encode and during long ones.</param>
internal sealed class VariantWriter(RenderRequest request, WatermarkLayer? mark, Attribution? attribution, CancellationToken cancellationToken)
{
    /// <summary>The name of the clean original; no size is called so.</summary>
    private const string Original = "original";

    private readonly List<RenderedVariant> _written = [];
    private readonly Rgb _background = Rgb.Parse(request.Profile.Background);

    /// <summary>What crops keep: found once, so that all sizes and all frames show the same part.</summary>
    private FocalPoint? _focus = request.FocalPoint;

    /// <summary>Smallest first, and of each size in the order of <see cref="ImageFormats.All"/>; the clean original is the last.</summary>
    public IReadOnlyList<RenderedVariant> Written(IReadOnlyList<VariantSize> rungs) =>
    [
        .. rungs.SelectMany(rung => ImageFormats.All.SelectMany(format => _written.Where(v => v.Name == rung.Name && v.Format == format))),
        .. _written.Where(variant => variant.Name == Original),
    ];

    /// <summary>Writes one size in each of the formats.</summary>
    /// <param name="rung">The size.</param>
    /// <param name="scaled">The whole image in it; not changed. The largest size comes first.</param>
    /// <param name="formats">Of <see cref="ImageFormats"/>.</param>
    public void WriteStill(VariantSize rung, Bitmap scaled, IEnumerable<string> formats)
    {
        using var framed = Frame(rung, scaled);
        foreach (var format in formats.Distinct(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var encoded = Encode(framed ?? scaled, format);
            Save(rung, format, encoded.Bytes, animated: false);
        }
    }

    /// <summary>Adds one frame of an animation to what is encoded of this size.</summary>
    public void WriteFrame(VariantSize rung, Bitmap scaled, int delayMs, WebpAnimationEncoder film)
    {
        using var framed = Frame(rung, scaled);
        film.Add(framed ?? scaled, delayMs, cancellationToken);
    }

    /// <summary>Writes an animation to which all frames were added.</summary>
    public void WriteFilm(VariantSize rung, WebpAnimationEncoder film)
    {
        using var encoded = film.Finish();
        Save(rung, ImageFormats.Webp, encoded.Bytes, animated: true);
    }

    /// <summary>
    /// Writes the upload itself without what is no picture. There is none of some types, of files whose structure cannot be followed, and of
    /// those that decode only because of what was cleaned away.
    /// </summary>
    public void WriteOriginal(ReadOnlySpan<byte> source, ImageType type)
    {
        using var clean = new MemoryStream();
        if (!CleanOriginal.TryWrite(source, type, clean, attribution))
        {
            return;
        }

        var facts = request.Facts;
        var variant = Save(Original, ImageFormats.Of(type), new PixelSize(facts.Width, facts.Height), clean.ToArray(), facts.Frames > 1);
        if (!Decodes(variant.Path, type))
        {
            File.Delete(variant.Path);
            _ = _written.Remove(variant);
        }
    }

    private bool Decodes(string path, ImageType type)
    {
        using var file = new SourceFile(path);
        try
        {
            VipsDecoder.Decode(file.ForDecoder, type, 1, 1, cancellationToken).Dispose();
            return true;
        }
        catch (VipsException e) when (!e.OutOfMemory)
        {
            return false;
        }
    }

    /// <summary>What is encoded of a size, or null if it is the scaled image as it is.</summary>
    private Bitmap? Frame(VariantSize rung, Bitmap scaled)
    {
        _focus ??= request.Profile.UsesFocalPoint()
            ? VipsSmartCrop.Find(scaled, rung.Output, request.Profile.Crop, cancellationToken)
            : new FocalPoint { X = 0.5, Y = 0.5 };
        var framed = CropAndPad.Apply(scaled, rung.Output, _focus, _background);
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
        switch (format)
        {
            case ImageFormats.Webp:
                return WebpEncoder.Encode(bitmap, profile.WebpQuality, profile.WebpEffort, cancellationToken);
            case ImageFormats.Avif:
                return AvifEncoder.Encode(bitmap, profile.AvifQuality, profile.AvifEffort, cancellationToken);
            default:
                using (var flat = bitmap.HasAlpha ? AlphaFlattening.Flatten(bitmap, _background) : null)
                {
                    return JpegEncoder.Encode(flat ?? bitmap, profile.JpegQuality);
                }
        }
    }

    private void Save(VariantSize rung, string format, ReadOnlySpan<byte> encoded, bool animated) =>
        _ = Save(rung.Name, format, rung.Output, Attribute(encoded, format), animated);

    private ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> encoded, string format) => format switch
    {
        ImageFormats.Jpeg when attribution is not null => AttributionWriter.Jpeg(encoded, attribution),
        ImageFormats.Webp when attribution is not null => AttributionWriter.Webp(encoded, attribution),
        _ => encoded,
    };

    private RenderedVariant Save(string name, string format, PixelSize size, ReadOnlySpan<byte> bytes, bool animated)
    {
        var path = Path.Combine(request.OutputFolder, $"{name}.{ImageFormats.Extension(format)}");
        File.WriteAllBytes(path, bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var variant = new RenderedVariant(name, format, size.Width, size.Height, path, bytes.Length, hash, animated);
        _written.Add(variant);
        return variant;
    }
}
