using Pipeline.Imaging.Animation;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Variants;

/// <summary>Renders an animation as an animated WebP in each size, and its first frame in the other formats.</summary>
internal static class AnimationRenderer
{
    /// <returns>The first frame in the smallest size; the caller disposes it.</returns>
    public static Raster Render(
        OpenedFile file,
        RenderRequest request,
        IReadOnlyList<VariantSize> sizes,
        VariantWriter writer,
        int every,
        CancellationToken cancellationToken)
    {
        using var animation = Animations.Open(file.Header, file.Source.ForDecoder, file.Type);
        var films = new Dictionary<VariantSize, WebpAnimationEncoder>();
        Raster? first = null;
        try
        {
            foreach (var variantSize in sizes.Where(size => request.Wants(size.Name, ImageFormats.Webp)))
            {
                films[variantSize] = new WebpAnimationEncoder(
                    variantSize.Output.Width, variantSize.Output.Height, animation.LoopCount, request.Profile.WebpQuality, request.Profile.WebpEffort);
            }

            var stills = request.Profile.Formats.Where(format => format != ImageFormats.Webp).ToArray();
            animation.ReadFrames(
                (frame, index, delay) =>
                {
                    if (index > 0 && films.Count == 0)
                    {
                        return;
                    }

                    var smallest = DownscaleChain.Run(new Raster(Largest(frame, sizes[^1].Scaled, cancellationToken)), sizes, Take, cancellationToken);
                    if (index == 0)
                    {
                        first = smallest;
                    }
                    else
                    {
                        smallest.Dispose();
                    }

                    void Take(VariantSize variantSize, Raster scaled)
                    {
                        if (index == 0)
                        {
                            writer.WriteStill(variantSize, scaled, stills);
                        }

                        if (films.TryGetValue(variantSize, out var film))
                        {
                            writer.WriteFrame(variantSize, scaled.Pixels, delay, film);
                        }
                    }
                },
                every,
                cancellationToken);
            foreach (var (variantSize, film) in films)
            {
                writer.WriteFilm(variantSize, film);
            }

            return first ?? throw new VipsException("animation", "there is no frame");
        }
        catch
        {
            first?.Dispose();
            throw;
        }
        finally
        {
            foreach (var film in films.Values)
            {
                film.Dispose();
            }
        }
    }

    /// <summary>Always returns a new bitmap, because the reader owns the frame.</summary>
    private static Bitmap Largest(Bitmap frame, PixelSize size, CancellationToken cancellationToken) =>
        frame.Width == size.Width && frame.Height == size.Height
            ? frame.Copy()
            : VipsResize.To(frame, size.Width, size.Height, cancellationToken);
}
