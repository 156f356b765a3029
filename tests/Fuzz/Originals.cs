namespace Pipeline.Fuzz;

/// <summary>The files that are mutated.</summary>
internal static class Originals
{
    /// <summary>A large file takes long and covers no more code than a small one.</summary>
    private const int MaxBytes = 400_000;

    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif", ".avif", ".svg"];

    /// <summary>All images below a folder, in the order of their paths, so that a seed gives the same images everywhere.</summary>
    public static IReadOnlyList<byte[]> Read(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Length is > 0 and <= MaxBytes && Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
            .OrderBy(file => file.FullName, StringComparer.Ordinal)
            .Select(file => File.ReadAllBytes(file.FullName)),
    ];
}
