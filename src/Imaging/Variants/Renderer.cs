using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.Fingerprints;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Placeholders;
using Pipeline.Imaging.Vips;
using Pipeline.Imaging.Watermarks;

namespace Pipeline.Imaging.Variants;

/// <summary>Renders everything that a profile asks for from the bytes of a file.</summary>
internal static class Renderer
{
    /// <exception cref="VipsException">The pixels cannot be decoded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Rendering Render(OpenedFile file, RenderRequest request, RenderPlan plan, CancellationToken cancellationToken)
    {
        var source = file.Source.Bytes;
        var type = file.Type;
        var sizes = SizePlan.For(request.Facts.Width, request.Facts.Height, request.Profile);
        using var mark = LoadWatermark(request, cancellationToken);
        var attribution = request.Profile.KeepCopyright ? Attribution.Read(source, type) : null;
        var writer = new VariantWriter(request, mark, attribution is { IsEmpty: false } ? attribution : null, cancellationToken);
        using var smallest = plan.Moves
            ? AnimationRenderer.Render(file, request, sizes, writer, plan.KeepEvery, cancellationToken)
            : Still(file, request, sizes, writer, cancellationToken);
        if (request.Profile.CleanOriginal)
        {
            // Written last: the original may be published only after its pixels were decoded without an error.
            writer.WriteOriginal(source, type);
        }

        using var thumb = PlaceholderMaker.Thumb(smallest.Pixels, cancellationToken);
        return new Rendering(writer.Written(sizes), PlaceholderMaker.Make(thumb, cancellationToken), PerceptualHash.Of(thumb));
    }

    private static Raster Still(
        OpenedFile file, RenderRequest request, IReadOnlyList<VariantSize> sizes, VariantWriter writer, CancellationToken cancellationToken)
    {
        var (width, height) = (sizes[^1].Scaled.Width, sizes[^1].Scaled.Height);
        var bytes = file.Source.ForDecoder;
        var largest = file.Header is { } header
            ? PhotoDecoder.Decode(header, bytes, file.Type, width, height, cancellationToken)
            : new Raster(VipsDecoder.Decode(bytes, file.Type, width, height, cancellationToken));
        return DownscaleChain.Run(largest, sizes, (size, scaled) => writer.WriteStill(size, scaled, request.Profile.Formats), cancellationToken);
    }

    private static WatermarkLayer? LoadWatermark(RenderRequest request, CancellationToken cancellationToken) =>
        request.Profile.Watermark is null
            ? null
            : WatermarkLayer.Load(
                request.WatermarkPath ?? throw new DecoderException("The profile has a watermark, but the request has none."),
                request.Profile.Watermark,
                cancellationToken);
}
