using Pipeline.Contracts;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging;

/// <summary>
/// Inspects an image and renders its variants. Input and output are files, so that an implementation can work in another process.
/// A faulty file gives a <see cref="Rejection"/>; an exception means a fault of the service.
/// </summary>
public interface IImageEngine
{
    /// <summary>
    /// Names and versions of the libraries that make the pixels, for the timeline. Part of every recipe: a different engine version gives the
    /// outputs different names.
    /// </summary>
    string Version { get; }

    /// <summary>Reads type and size from the header and checks them against the limits; decodes no pixel.</summary>
    Task<StepResult<IOpenImage>> OpenAsync(string path, CancellationToken cancellationToken);
}

/// <summary>
/// An image whose header was read. One budget of time and CPU covers both steps: reading the header uses up a part, rendering gets the rest.
/// Waiting between the two costs nothing. Dispose it after use, rendered or not.
/// </summary>
public interface IOpenImage : IAsyncDisposable
{
    /// <summary>Type and size from the header.</summary>
    ImageFacts Facts { get; }

    /// <summary>
    /// Decodes strictly, turns upright, converts to sRGB and writes each variant of the profile to a file, without metadata except the
    /// attribution that the profile keeps. Call it once only: the pixels are read as a stream.
    /// </summary>
    Task<StepResult<Rendering>> RenderAsync(RenderRequest request, CancellationToken cancellationToken);
}

/// <summary>Type and size of an image, from its header.</summary>
/// <param name="ContentType">The media type of the bytes.</param>
/// <param name="Width">In pixels, after the image is turned upright.</param>
/// <param name="Height">In pixels, after the image is turned upright.</param>
/// <param name="Frames">1 for a still image.</param>
public sealed record ImageFacts(string ContentType, int Width, int Height, int Frames);

/// <summary>A request to render an image.</summary>
/// <param name="SourcePath">The local file.</param>
/// <param name="Facts">The facts that <see cref="IImageEngine.OpenAsync"/> returned.</param>
/// <param name="Profile">The sizes, formats and qualities to render.</param>
/// <param name="OutputFolder">An empty folder that the variants are written to.</param>
/// <param name="FocalPoint">The point that crops keep; if null, the profile's <see cref="Profile.Crop"/> chooses it.</param>
/// <param name="WatermarkPath">A local copy of the profile's watermark, if it has one.</param>
/// <param name="Skip">
/// Variants that are not written. All others come out as if these were written too, so the image is scaled in the same steps.
/// </param>
public sealed record RenderRequest(
    string SourcePath, ImageFacts Facts, Profile Profile, string OutputFolder, FocalPoint? FocalPoint = null, string? WatermarkPath = null,
    IReadOnlyList<VariantId>? Skip = null)
{
    /// <summary>Whether to write a variant of the profile.</summary>
    internal bool Wants(string name, string format) => Skip is null || !Skip.Contains(new VariantId(name, format));
}

/// <summary>Names one variant of an asset.</summary>
/// <param name="Name">Such as <c>w640</c>.</param>
/// <param name="Format">Such as <c>webp</c>.</param>
public sealed record VariantId(string Name, string Format);

/// <summary>The result of rendering an image.</summary>
/// <param name="Variants">Smallest first; within a size, JPEG before the others.</param>
/// <param name="Placeholder">A page shows it until the first variant has loaded.</param>
/// <param name="PerceptualHash">64 bits as 16 hex digits, similar for images that look alike; null for an image of a single colour.</param>
public sealed record Rendering(IReadOnlyList<RenderedVariant> Variants, Placeholder Placeholder, string? PerceptualHash = null)
{
    /// <summary>
    /// The <see cref="IImageEngine.Version"/> that rendered these files. Kept per rendering, because an engine in another process can be
    /// replaced while the worker runs.
    /// </summary>
    public string Engine { get; init; } = string.Empty;

    /// <summary>The kinds of metadata that the file has and its variants do not, such as <c>gps</c>; null from an engine that does not look.</summary>
    public IReadOnlyList<string>? Removed { get; init; }

    /// <summary>What a large or long image was reduced to; null from an engine that reduces none.</summary>
    public RenderEffort? Effort { get; init; }
}

/// <summary>How an image was encoded within its budget of work.</summary>
/// <param name="Webp">Effort of WebP.</param>
/// <param name="Avif">Effort of AVIF.</param>
/// <param name="KeepEvery">One frame of every N was kept; 1 for all.</param>
/// <param name="Moves">Whether an animation was rendered.</param>
public sealed record RenderEffort(int Webp, int Avif, int KeepEvery, bool Moves);

/// <summary>One rendered file.</summary>
/// <param name="Name">From the profile, such as <c>w640</c> or <c>64x64</c>, or <c>original</c>.</param>
/// <param name="Format"><c>jpeg</c>, <c>webp</c> or <c>avif</c>; of a clean original also <c>png</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Path">The local file.</param>
/// <param name="Bytes">Length of the file in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, in lower-case hex.</param>
/// <param name="Animated">True if it has several frames.</param>
public sealed record RenderedVariant(string Name, string Format, int Width, int Height, string Path, long Bytes, string Sha256, bool Animated = false);
