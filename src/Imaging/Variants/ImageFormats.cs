namespace Pipeline.Imaging.Variants;

/// <summary>Output formats of variants, by the names that profiles and messages use.</summary>
public static class ImageFormats
{
    public const string Jpeg = "jpeg";
    public const string Webp = "webp";
    public const string Avif = "avif";

    /// <summary>For clean originals only.</summary>
    public const string Png = "png";

    /// <summary>Formats that profiles can use. Variants of one size are listed in this order: the most widely readable format first.</summary>
    public static IReadOnlyList<string> All { get; } = [Jpeg, Webp, Avif];

    /// <summary>The format of a clean original.</summary>
    internal static string Of(ImageType type) => type.MediaType()["image/".Length..];

    /// <summary>The file extension without a dot.</summary>
    public static string Extension(string format) => format == Jpeg ? "jpg" : format;
}
