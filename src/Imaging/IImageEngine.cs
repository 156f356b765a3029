using Pipeline.Contracts;
using Pipeline.Imaging.Fingerprints;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging;

/// <summary>
/// Says what an image is and makes it small. Files in, files out, so that an implementation can do its work in another process.
/// A faulty file gives a <see cref="Rejection"/>; an exception is a fault of the service.
/// </summary>
public interface IImageEngine
{
    /// <summary>Names and versions of what makes the pixels, for the timeline. A part of every recipe: another engine gives other names.</summary>
    string Version { get; }

    /// <summary>Reads type and size from the header and holds them against the limits; decodes no pixel.</summary>
    Task<StepResult<IOpenImage>> OpenAsync(string path, CancellationToken cancellationToken);
}

/// <summary>
/// An image whose header was read. The budgets of time and CPU are for the image in all: what the look at the header took is gone when it is
/// rendered, and a wait between both costs nothing. Dispose it when it is done with, rendered or not.
/// </summary>
public interface IOpenImage : IAsyncDisposable
{
    /// <summary>What the header says.</summary>
    ImageFacts Facts { get; }

    /// <summary>
    /// Decodes strictly, turns upright, converts to sRGB and writes each variant of the profile as a file of bare pixels. Once only: the pixels
    /// are read as they come.
    /// </summary>
    Task<StepResult<Rendering>> RenderAsync(RenderRequest request, CancellationToken cancellationToken);
}

/// <summary>What the header of an image says.</summary>
/// <param name="ContentType">The media type of the bytes.</param>
/// <param name="Width">In pixels, as a person sees it.</param>
/// <param name="Height">In pixels, as a person sees it.</param>
/// <param name="Frames">1 for a still image.</param>
public sealed record ImageFacts(string ContentType, int Width, int Height, int Frames);

/// <summary>What to render.</summary>
/// <param name="SourcePath">The local file.</param>
/// <param name="Facts">What <see cref="IImageEngine.OpenAsync"/> said of it.</param>
/// <param name="Profile">What to make of it.</param>
/// <param name="OutputFolder">An empty folder that the variants are written to.</param>
/// <param name="FocalPoint">What crops keep; null lets the profile's <see cref="Profile.Crop"/> find it.</param>
/// <param name="WatermarkPath">A local copy of the profile's watermark, if it has one.</param>
public sealed record RenderRequest(
    string SourcePath, ImageFacts Facts, Profile Profile, string OutputFolder, FocalPoint? FocalPoint = null, string? WatermarkPath = null);

/// <summary>What was rendered.</summary>
/// <param name="Variants">Smallest first, and of each size JPEG before the others.</param>
/// <param name="Placeholder">What a page shows before the first variant has loaded.</param>
/// <param name="PerceptualHash">64 bits as 16 hex digits, alike for images that look alike; null for one of a single colour.</param>
public sealed record Rendering(IReadOnlyList<RenderedVariant> Variants, Placeholder Placeholder, string? PerceptualHash = null)
{
    /// <summary>The <see cref="IImageEngine.Version"/> that made it: an engine in another process can be replaced while the worker runs.</summary>
    public string Engine { get; init; } = string.Empty;
}

/// <summary>One rendered file.</summary>
/// <param name="Name">From the profile, such as <c>w640</c> or <c>64x64</c>, or <c>original</c>.</param>
/// <param name="Format"><c>jpeg</c>, <c>webp</c> or <c>avif</c>; of a clean original also <c>png</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Path">The local file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in lower-case hex.</param>
/// <param name="Animated">It has several frames.</param>
public sealed record RenderedVariant(string Name, string Format, int Width, int Height, string Path, long Bytes, string Sha256, bool Animated = false);
