using Pipeline.Imaging.Animation;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Variants;

/// <summary>Renders an animation as an animated WebP in each size, and its first frame in the other formats.</summary>
internal static class AnimationRenderer
{
    /// <returns>The first frame in the smallest size; the caller disposes it.</returns>
    public static Bitmap Render(
        OpenedFile file,
        RenderRequest request,
        IReadOnlyList<VariantSize> rungs,
        VariantWriter writer,
        int every,
        CancellationToken cancellationToken)
    {
        using var animation = Animations.Open(file.Header, file.Source.ForDecoder, file.Type);
        var films = new Dictionary<VariantSize, WebpAnimationEncoder>();
        Bitmap? first = null;
        try
        {
            foreach (var rung in rungs)
            {
                films[rung] = new WebpAnimationEncoder(
                    rung.Output.Width, rung.Output.Height, animation.LoopCount, request.Profile.WebpQuality, request.Profile.WebpEffort);
            }

            var stills = request.Profile.Formats.Where(format => format != ImageFormats.Webp).ToArray();
            animation.ReadFrames(
                (frame, index, delay) =>
                {
                    var smallest = DownscaleChain.Run(Largest(frame, rungs[^1].Scaled, cancellationToken), rungs, Take, cancellationToken);
                    if (index == 0)
                    {
                        first = smallest;
                    }
                    else
                    {
                        smallest.Dispose();
                    }

                    void Take(VariantSize rung, Bitmap scaled)
                    {
                        if (index == 0)
                        {
                            writer.WriteStill(rung, scaled, stills);
                        }

                        writer.WriteFrame(rung, scaled, delay, films[rung]);
                    }
                },
                every,
                cancellationToken);
            foreach (var (rung, film) in films)
            {
                writer.WriteFilm(rung, film);
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
