using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>An engine, photos, and a folder for the engine's output.</summary>
public sealed class Workbench : IDisposable
{
    private int _renderings;

    public Photos Photos { get; } = new();

    public IImageEngine Engine { get; init; } = NewEngine();

    public static IImageEngine NewEngine(ImageLimits? limits = null, TimeProvider? time = null)
    {
        limits ??= new ImageLimits();
        if (NativeLibraries.IsBundled)
        {
            // That libvips has no HEVC, and an engine that is to read it would not start. Tests that need it have the trait.
            limits.Inputs = [.. limits.Inputs.Where(input => input != "heic")];
        }

        return new VipsImageEngine(Options.Create(limits), time ?? TimeProvider.System, NullLogger<VipsImageEngine>.Instance);
    }

    public Task<StepResult<ImageFacts>> Inspect(string path) => Engine.InspectAsync(path, CancellationToken.None);

    public async Task<StepResult<Rendering>> TryRender(
        string path, Profile? profile = null, FocalPoint? focalPoint = null, string? watermark = null, CancellationToken cancellationToken = default)
    {
        await using var image = (await Engine.OpenAsync(path, CancellationToken.None)).Value;
        var folder = Directory.CreateDirectory(Photos.Path($"out-{Interlocked.Increment(ref _renderings)}")).FullName;
        return await image.RenderAsync(new RenderRequest(path, image.Facts, profile ?? new Profile(), folder, focalPoint, watermark), cancellationToken);
    }

    public async Task<Rendering> Render(string path, Profile? profile = null)
    {
        var judged = await TryRender(path, profile);
        judged.Rejection.ShouldBeNull();
        return judged.Value;
    }

    /// <summary>The paths of one width in both formats.</summary>
    public async Task<(string Jpeg, string Webp)> RenderOne(string path, int width, Profile? profile = null)
    {
        var rendering = await Render(path, (profile ?? new Profile()) with { Widths = [width] });
        rendering.Variants.Count.ShouldBe(2);
        return (rendering.Variants[0].Path, rendering.Variants[1].Path);
    }

    public void Dispose() => Photos.Dispose();
}
