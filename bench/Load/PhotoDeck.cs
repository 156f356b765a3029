using Pipeline.TestKit;

namespace Pipeline.Bench.Load;

/// <summary>The photos to send, in turn: the user's, or a small one, so that thousands are processed in minutes.</summary>
internal sealed class PhotoDeck(IReadOnlyList<byte[]> photos)
{
    private int _next = -1;

    public static PhotoDeck Of(FileSystemInfo[] given)
    {
        if (given.Length == 0) return Made();
        var files = given.SelectMany(g => g is DirectoryInfo folder ? folder.EnumerateFiles("*.jp*g", SearchOption.AllDirectories) : [(FileInfo)g]).ToList();
        return files.Count > 0 ? new PhotoDeck([.. files.Select(f => File.ReadAllBytes(f.FullName))]) : throw new BenchException("There is no .jpg in what --photos names.");
    }

    public byte[] Next() => photos[(int)((uint)Interlocked.Increment(ref _next) % (uint)photos.Count)];

    private static PhotoDeck Made()
    {
        using var photos = new Photos();
        return new PhotoDeck([File.ReadAllBytes(photos.Photo("photo.jpg", 640, 480, "-quality", "85"))]);
    }
}
