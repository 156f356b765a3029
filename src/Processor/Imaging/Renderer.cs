using Pipeline.Processor.Imaging.Codecs;
using Pipeline.Processor.Imaging.Placeholders;
using Pipeline.Processor.Imaging.Vips;

namespace Pipeline.Processor.Imaging;

/// <summary>Decodes once, then encodes each size and derives the next smaller one from it.</summary>
internal static class Renderer
{
    /// <exception cref="VipsException">The pixels cannot be decoded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Rendering Render(ReadOnlySpan<byte> source, ImageType type, RenderRequest request, CancellationToken cancellationToken)
    {
        var rungs = Ladder.For(request.Facts.Width, request.Facts.Height, request.Profile);
        var variants = new List<RenderedVariant>(rungs.Count * 2);
        var bitmap = VipsDecoder.Decode(source, type, rungs[^1].Width, rungs[^1].Height, cancellationToken);
        try
        {
            for (var i = rungs.Count - 1; i >= 0; i--)
            {
                if (i < rungs.Count - 1)
                {
                    // Only two sizes at a time are in memory.
                    using var larger = bitmap;
                    bitmap = VipsResize.To(larger, rungs[i].Width, rungs[i].Height, cancellationToken);
                }

                Encode(bitmap, rungs[i], request, variants, cancellationToken);
            }

            // Encoded from the largest down, told from the smallest up.
            variants.Reverse();
            return new Rendering(variants, PlaceholderMaker.Make(bitmap, cancellationToken));
        }
        finally
        {
            bitmap.Dispose();
        }
    }

    private static void Encode(
        Bitmap bitmap, Rung rung, RenderRequest request, List<RenderedVariant> variants, CancellationToken cancellationToken)
    {
        var profile = request.Profile;
        cancellationToken.ThrowIfCancellationRequested();
        using (var webp = WebpEncoder.Encode(bitmap, profile.WebpQuality, profile.WebpEffort, cancellationToken))
        {
            variants.Add(VariantFile.Write(request.OutputFolder, rung, VariantFile.Webp, webp));
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var flat = bitmap.HasAlpha ? Flattening.Flatten(bitmap, Rgb.Parse(profile.Background)) : null;
        using var jpeg = JpegEncoder.Encode(flat ?? bitmap, profile.JpegQuality);
        variants.Add(VariantFile.Write(request.OutputFolder, rung, VariantFile.Jpeg, jpeg));
    }
}
