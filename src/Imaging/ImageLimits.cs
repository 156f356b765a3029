using System.ComponentModel.DataAnnotations;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging;

/// <summary>What an image may be like; held against its header before any pixel is decoded. Section <c>Processor:Limits</c>.</summary>
public sealed class ImageLimits : IValidatableObject
{
    /// <summary>Megapixels of all frames together (width × height × frames / 1,000,000). Default 100.</summary>
    [Range(1, 500)]
    public int MaxMegapixels { get; set; } = 100;

    /// <summary>
    /// Megapixels that one worker has in work at a time, over all its images. Default 100. A quarter on top is for images no larger than that, while
    /// others fill the budget. Memory follows this number: some 10 bytes for each pixel of the worst kind of image. At least
    /// <see cref="MaxMegapixels"/>.
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
    /// Work that an image may ask for by each megabyte of its file, the begun one counted in full, as its header tells: pixels, frames, scans and
    /// coded bytes. The unit is a good photo of 12 megapixels in all sizes of the profile <c>web</c>, which takes some 0.4 CPU-seconds. Default 10.
    /// An image above 6 is encoded with less effort first, and animations with fewer frames. Does not see what lies behind a lying header; that
    /// is for <c>Processor:Decoder:CpuSecondsPerMegabyte</c>.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxCost { get; set; } = 10;

    /// <summary>Wall time in seconds that one image's inspection, decoding and encoding may take in all. Default 60.</summary>
    [Range(1, 600)]
    public int MaxSeconds { get; set; } = 60;

    /// <summary>
    /// Types that are accepted: <c>jpeg</c>, <c>png</c>, <c>webp</c> and <c>gif</c>, which is the default, and <c>heic</c>, <c>avif</c> and
    /// <c>svg</c>. All others are refused as <c>unsupported_type</c>, by their bytes and whatever their names are.
    /// </summary>
    [MinLength(1)]
    public IReadOnlyList<string> Inputs { get; set; } = ["jpeg", "png", "webp", "gif"];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var input in Inputs.Where(input => ImageTypes.Parse(input) is null))
            yield return new ValidationResult(
                $"`Processor:Limits:{nameof(Inputs)}` must be of {string.Join(", ", ImageTypes.Names)}, one was '{input}'");
        if (MegapixelsInFlight < MaxMegapixels)
            yield return new ValidationResult(
                $"`Processor:Limits:{nameof(MegapixelsInFlight)}` must be at least `Processor:Limits:{nameof(MaxMegapixels)}` ({MaxMegapixels}), was {MegapixelsInFlight}");
    }
}
