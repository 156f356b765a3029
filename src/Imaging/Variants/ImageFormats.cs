namespace Pipeline.Imaging.Variants;

/// <summary>The formats that variants are written in, by the names that profiles and messages use.</summary>
public static class ImageFormats
{
    public const string Jpeg = "jpeg";
    public const string Webp = "webp";
    public const string Avif = "avif";

    /// <summary>Of clean originals only.</summary>
    public const string Png = "png";

    /// <summary>What profiles can ask for, in the order in which an asset's variants of one size are told: what everything reads comes first.</summary>
    public static IReadOnlyList<string> All { get; } = [Jpeg, Webp, Avif];

    /// <summary>Of a clean original.</summary>
    internal static string Of(ImageType type) => type.MediaType()["image/".Length..];

    /// <summary>Without its dot.</summary>
    public static string Extension(string format) => format == Jpeg ? "jpg" : format;
}
