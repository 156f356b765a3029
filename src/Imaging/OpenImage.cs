using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.Imaging.MetadataStripping;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

/// <summary>An image that is open in this process.</summary>
/// <param name="file">Owned by this object.</param>
/// <param name="engine">The engine's version.</param>
/// <param name="left">The rest of the image's wall-time budget.</param>
/// <param name="limits">Limits of the render plan, and the full wall-time budget for the error text.</param>
internal sealed class OpenImage(OpenedFile file, string engine, TimeSpan left, ImageLimits limits, TimeProvider time, ILogger logger) : IOpenImage
{
    /// <inheritdoc />
    public ImageFacts Facts => file.Facts;

    /// <inheritdoc />
    public Task<StepResult<Rendering>> RenderAsync(RenderRequest request, CancellationToken cancellationToken) =>
        VipsImageEngine.OnOwnThread(() => Render(request, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    private StepResult<Rendering> Render(RenderRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            if (!RenderPlan.For(file, request, limits).Passed(out var plan, out var refused))
            {
                return refused;
            }

            return Renderer.Render(file, request with { Profile = plan.Profile }, plan, stop.Token) with
            {
                Engine = engine,
                Effort = plan.Effort,
                Removed = RemovedMetadata.Of(file.Source.Bytes, file.Type),
            };
        }
        catch (VipsException e) when (!e.OutOfMemory)
        {
            logger.PixelsRefused(e.Message);
            return new Rejection(RejectionCode.Corrupt, "The image is damaged or cut short: its pixels cannot be decoded.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Rejection(RejectionCode.DecodeTimeout, $"Processing the image takes longer than {limits.MaxSeconds} seconds.");
        }
    }
}
