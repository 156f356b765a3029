using Pipeline.Imaging.Variants;

namespace Pipeline.Imaging.Profiles;

/// <summary>The parts of <see cref="IImageEngine.Version"/> that a variant's bytes depend on: another format's encoder does not count.</summary>
internal static class EngineParts
{
    private const string Webp = "libwebp-";

    /// <summary>For example <c>pipeline-4 libvips-8.14.1</c> for JPEG.</summary>
    public static string Of(string version, string format) =>
        string.Join(' ', version.Split(' ').Where(part => format == ImageFormats.Webp || !part.StartsWith(Webp, StringComparison.Ordinal)));

    /// <summary>A clean original has the compressed pixels of the upload, so only our own version counts, such as <c>pipeline-4</c>.</summary>
    public static string OfOriginal(string version) => version.Split(' ')[0];
}
