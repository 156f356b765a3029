using System.ComponentModel.DataAnnotations;

namespace Pipeline.Imaging;

/// <summary>Limits of an image; checked against its header before any pixel is decoded. Section <c>Processor:Limits</c>.</summary>
public sealed class ImageLimits : IValidatableObject
{
    /// <summary>Megapixels of all frames together (width × height × frames / 1,000,000). Default 100.</summary>
    [Range(1, 500)]
    public int MaxMegapixels { get; set; } = 100;

    /// <summary>
    /// Megapixels that one worker processes at a time, over all its images. Default 100. While larger images fill this budget, an extra quarter
    /// admits images no larger than that quarter. Memory use follows this number: about 10 bytes for each pixel of the worst kind of image. At
    /// least <see cref="MaxMegapixels"/>.
    /// </summary>
    [Range(1, 10_000)]
    public int MegapixelsInFlight { get; set; } = 100;

    /// <summary>Longest side in pixels. Default 30,000. An area limit alone lets 1 × 100,000,000 pass.</summary>
    [Range(1, 65_535)]
    public int MaxSide { get; set; } = 30_000;

    /// <summary>Frames of an animation. Default 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxFrames { get; set; } = 1_000;

    /// <summary>
    /// Work that an image may need for each megabyte of its file (rounded up), estimated from its header: pixels, frames, scans and coded bytes.
    /// The unit is a good photo of 12 megapixels in all sizes of the profile <c>web</c>, about 0.4 CPU-seconds. Default 10. An image above 6 is
    /// first encoded with less effort, and an animation with fewer frames. A header that lies defeats this estimate; then
    /// <c>Processor:Decoder:CpuSecondsPerMegabyte</c> limits the work.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxCost { get; set; } = 10;

    /// <summary>Total wall time in seconds for inspecting, decoding and encoding one image. Default 60.</summary>
    [Range(1, 600)]
    public int MaxSeconds { get; set; } = 60;

    /// <summary>
    /// Accepted types. Default <c>jpeg</c>, <c>png</c>, <c>webp</c> and <c>gif</c>; <c>heic</c>, <c>avif</c> and <c>svg</c> can be added. All
    /// others are refused as <c>unsupported_type</c>. The bytes decide the type; the file name does not count.
    /// </summary>
    [MinLength(1)]
    public IReadOnlyList<string> Inputs { get; set; } = ["jpeg", "png", "webp", "gif"];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var input in Inputs.Where(input => ImageTypes.Parse(input) is null))
            yield return new ValidationResult(
                $"`Processor:Limits:{nameof(Inputs)}` must hold only {string.Join(", ", ImageTypes.Names)}, one was '{input}'");
        if (MegapixelsInFlight < MaxMegapixels)
            yield return new ValidationResult(
                $"`Processor:Limits:{nameof(MegapixelsInFlight)}` must be at least `Processor:Limits:{nameof(MaxMegapixels)}` ({MaxMegapixels}), was {MegapixelsInFlight}");
    }
}
