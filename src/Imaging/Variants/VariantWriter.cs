using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.MetadataStripping;
using Pipeline.Imaging.Vips;
using Pipeline.Imaging.Watermarks;

namespace Pipeline.Imaging.Variants;

/// <summary>Crops or pads each size, encodes it and writes the files.</summary>
/// <param name="request">The render request.</param>
/// <param name="mark">The watermark for each size; null for none.</param>
/// <param name="attribution">The metadata to keep; null for none.</param>
/// <param name="cancellationToken">Checked before each encode and during long ones.</param>
internal sealed class VariantWriter(RenderRequest request, WatermarkLayer? mark, Attribution? attribution, CancellationToken cancellationToken)
{
    /// <summary>The name of the clean original; it differs from the names of all sizes.</summary>
    private const string Original = "original";

    private readonly List<RenderedVariant> _written = [];
    private readonly Rgb _background = Rgb.Parse(request.Profile.Background);

    /// <summary>The point that crops keep; found once, so that all sizes and frames show the same part.</summary>
    private FocalPoint? _focus = request.FocalPoint;

    /// <summary>Smallest first; within a size, in the order of <see cref="ImageFormats.All"/>; the clean original is last.</summary>
    public IReadOnlyList<RenderedVariant> Written(IReadOnlyList<VariantSize> sizes) =>
    [
        .. sizes.SelectMany(variantSize => ImageFormats.All.SelectMany(format => _written.Where(v => v.Name == variantSize.Name && v.Format == format))),
        .. _written.Where(variant => variant.Name == Original),
    ];

    /// <summary>Writes one size in each of the formats. Call it for the largest size first.</summary>
    /// <param name="variantSize">The size.</param>
    /// <param name="scaled">The whole image at this size; it is not changed.</param>
    /// <param name="formats">Names from <see cref="ImageFormats"/>.</param>
    public void WriteStill(VariantSize variantSize, Raster scaled, IEnumerable<string> formats)
    {
        var wanted = formats.Distinct(StringComparer.Ordinal).Where(format => request.Wants(variantSize.Name, format)).ToList();
        if (wanted.Count == 0)
        {
            if (NeedsFraming(variantSize))
            {
                Locate(variantSize, scaled.Pixels);
            }

            return;
        }

        using var framed = NeedsFraming(variantSize) && Frame(variantSize, scaled.Pixels) is { } bitmap ? new Raster(bitmap) : null;
        foreach (var format in wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var encoded = Encode(framed ?? scaled, format);
            Save(variantSize, format, encoded.Bytes, animated: false);
        }
    }

    /// <summary>Adds one frame to the animation of this size.</summary>
    public void WriteFrame(VariantSize variantSize, Bitmap scaled, int delayMs, WebpAnimationEncoder film)
    {
        using var framed = Frame(variantSize, scaled);
        film.Add(framed ?? scaled, delayMs, cancellationToken);
    }

    /// <summary>Writes an animation after all its frames were added.</summary>
    public void WriteFilm(VariantSize variantSize, WebpAnimationEncoder film)
    {
        using var encoded = film.Finish();
        Save(variantSize, ImageFormats.Webp, encoded.Bytes, animated: true);
    }

    /// <summary>
    /// Writes the clean original: the upload without metadata. Writes nothing for types that are not supported, for files whose structure
    /// cannot be parsed, and for files that no longer decode after the metadata was removed.
    /// </summary>
    public void WriteOriginal(ReadOnlySpan<byte> source, ImageType type)
    {
        using var clean = new MemoryStream();
        if (!request.Wants(Original, ImageFormats.Of(type)) || !CleanOriginal.TryWrite(source, type, clean, attribution))
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

    private FocalPoint Locate(VariantSize variantSize, Bitmap scaled) => _focus ??= request.Profile.UsesFocalPoint()
        ? VipsSmartCrop.Find(scaled, variantSize.Output, request.Profile.Crop, cancellationToken)
        : new FocalPoint { X = 0.5, Y = 0.5 };

    /// <summary>
    /// True if the pixels of a size may differ from the scaled image. All sizes of a profile that crops count, because the crop is found on the largest.
    /// </summary>
    private bool NeedsFraming(VariantSize variantSize) =>
        mark is not null || variantSize.Output != variantSize.Scaled || (request.Profile.UsesFocalPoint() && _focus is null);

    /// <summary>The bitmap to encode for a size, or null if the scaled image needs no change.</summary>
    private Bitmap? Frame(VariantSize variantSize, Bitmap scaled)
    {
        var framed = CropAndPad.Apply(scaled, variantSize.Output, Locate(variantSize, scaled), _background);
        if (mark is not null)
        {
            // The watermark goes on a copy: smaller sizes are derived from the scaled image.
            framed ??= scaled.Copy();
            mark.LayOver(framed, cancellationToken);
        }

        return framed;
    }

    private EncodedImage Encode(Raster raster, string format)
    {
        var profile = request.Profile;
        return format switch
        {
            ImageFormats.Webp => raster.ToWebp(profile.WebpQuality, profile.WebpEffort, cancellationToken),
            ImageFormats.Avif => AvifEncoder.Encode(raster.Pixels, profile.AvifQuality, profile.AvifEffort, cancellationToken),
            _ => raster.ToJpeg(profile.JpegQuality, _background),
        };
    }

    private void Save(VariantSize variantSize, string format, ReadOnlySpan<byte> encoded, bool animated) =>
        _ = Save(variantSize.Name, format, variantSize.Output, Attribute(encoded, format), animated);

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
