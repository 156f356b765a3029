using System.Text.Json.Serialization;
using Pipeline.Imaging.Variants;

namespace Pipeline.Imaging.Profiles;

/// <summary>Settings of the variants of an asset. Every setting that changes pixels is here, because the recipe is a hash of this type.</summary>
public sealed record Profile
{
    /// <summary>The profile that an asset gets when its upload names none.</summary>
    public const string Default = "web";

    /// <summary>
    /// Widths in pixels. An image narrower than one of them gets its own width instead; none is enlarged. Empty if there are
    /// <see cref="Boxes"/>.
    /// </summary>
    public IReadOnlyList<int> Widths { get; init; } = [320, 640, 1280, 2048];

    /// <summary>
    /// Smallest short side of a variant in pixels, 0–4096; 0 for none. Where a width would make an image flatter than that, the variant is wider
    /// instead, at most 4096, and never larger than the image. Default 0, and 120 in the built-in profile <c>web</c>. Not with <see cref="Boxes"/>.
    /// </summary>
    /// <remarks>At its default it is left out of the recipe, so recipes from before this setting stay valid.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MinShortSide { get; init; }

    /// <summary>Boxes instead of widths, as <c>64x64</c>. Default none.</summary>
    public IReadOnlyList<Box> Boxes { get; init; } = [];

    /// <summary>How an image fits into a box. Default <see cref="Fit.Inside"/>.</summary>
    public Fit Fit { get; init; } = Fit.Inside;

    /// <summary>Which part <see cref="Fit.Cover"/> keeps of an asset without a focal point. Default <see cref="Crop.Attention"/>.</summary>
    public Crop Crop { get; init; } = Crop.Attention;

    /// <summary>
    /// Formats of each size: <c>jpeg</c>, which is required because every client reads it, <c>webp</c>, <c>avif</c>. Default jpeg and webp.
    /// AVIF is smaller than WebP and costs many times its CPU.
    /// </summary>
    public IReadOnlyList<string> Formats { get; init; } = [ImageFormats.Jpeg, ImageFormats.Webp];

    /// <summary>JPEG quality, 1–100. Default 85.</summary>
    public int JpegQuality { get; init; } = 85;

    /// <summary>WebP quality, 1–100. Default 80.</summary>
    public int WebpQuality { get; init; } = 80;

    /// <summary>WebP method, 0 (fast) to 6 (small). Default 4; 2 takes less than half of its CPU and a tenth more bytes.</summary>
    public int WebpEffort { get; init; } = 4;

    /// <summary>AVIF quality, 1–100. Default 50.</summary>
    public int AvifQuality { get; init; } = 50;

    /// <summary>AVIF effort, 0 (fast) to 9 (small). Default 2.</summary>
    public int AvifEffort { get; init; } = 2;

    /// <summary>Colour behind transparent pixels in JPEG and in the padding of a box, as <c>#rrggbb</c>. Default white.</summary>
    public string Background { get; init; } = "#ffffff";

    /// <summary>True keeps an animation in WebP; false renders its first frame. Default true. Other formats always show the first frame.</summary>
    public bool Animate { get; init; } = true;

    /// <summary>Keeps the EXIF fields Copyright and Artist in JPEG and WebP. Default false: all metadata is removed.</summary>
    public bool KeepCopyright { get; init; }

    /// <summary>
    /// Adds a variant <c>original</c>: the uploaded JPEG, PNG or WebP without its metadata and what follows its end, pixels untouched.
    /// Default false. Its compressed pixels are the only public bytes that come from an upload. GIF, HEIC, AVIF and SVG get no such variant.
    /// </summary>
    public bool CleanOriginal { get; init; }

    /// <summary>Laid over every variant but the clean original. Default none.</summary>
    public Watermark? Watermark { get; init; }

    /// <summary>True if an asset's focal point changes its variants. A method, because each public property is part of the fingerprint.</summary>
    public bool UsesFocalPoint() => Boxes.Count > 0 && Fit == Fit.Cover;
}
