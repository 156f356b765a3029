using Pipeline.Imaging;

namespace Pipeline.Processor.Tests.Imaging;

internal static class EngineCalls
{
    /// <summary>Inspects the header only.</summary>
    public static async Task<StepResult<ImageFacts>> InspectAsync(this IImageEngine engine, string path, CancellationToken cancellationToken)
    {
        if (!(await engine.OpenAsync(path, cancellationToken)).Passed(out var image, out var refused)) return refused;
        await image.DisposeAsync();
        return image.Facts;
    }
}
