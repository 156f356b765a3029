namespace Pipeline.Processor.Imaging;

/// <summary>Which variants are made of an asset. All that changes pixels stands here, because the recipe is a hash of it.</summary>
public sealed record Profile
{
    /// <summary>The profile that an asset gets when its upload names none.</summary>
    public const string Default = "web";

    /// <summary>Widths in pixels. An image narrower than one of them gets its own width instead; none is enlarged.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [320, 640, 1280, 2048];

    /// <summary>JPEG quality, 1–100. Default 85.</summary>
    public int JpegQuality { get; init; } = 85;

    /// <summary>WebP quality, 1–100. Default 80.</summary>
    public int WebpQuality { get; init; } = 80;

    /// <summary>WebP method, 0 (fast) to 6 (small). Default 4.</summary>
    public int WebpEffort { get; init; } = 4;

    /// <summary>What transparent pixels are laid on in JPEG, as <c>#rrggbb</c>. Default white.</summary>
    public string Background { get; init; } = "#ffffff";
}
