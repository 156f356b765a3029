using Pipeline.TestKit;

namespace Pipeline.Bench.Pipeline;

/// <summary>The photos to send: the user's, or photos generated for the run.</summary>
internal static class PhotoSource
{
    public static IReadOnlyList<byte[]> Read(FileSystemInfo[] given)
    {
        if (given.Length == 0) return Made();
        var files = given.SelectMany(g => g is DirectoryInfo folder ? folder.EnumerateFiles("*.jp*g", SearchOption.AllDirectories) : [(FileInfo)g])
            .OrderBy(f => f.FullName, StringComparer.Ordinal)
            .ToList();
        return files.Count > 0 ? [.. files.Select(f => File.ReadAllBytes(f.FullName))] : throw new BenchException("There is no .jpg in what --photos names.");
    }

    // 12 megapixels, about as large and as noisy as a phone's.
    private static List<byte[]> Made()
    {
        using var photos = new Photos();
        return [File.ReadAllBytes(photos.Photo("photo.jpg", 4032, 3024, "-attenuate", "0.2", "+noise", "Gaussian", "-quality", "90"))];
    }
}
