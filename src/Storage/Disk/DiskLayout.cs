namespace Pipeline.Storage.Disk;

/// <summary>
/// Where things lie below the root. The object <c>a/b/w640.jpg</c> is the blob <c>a/b/w640~{version}.jpg</c>, which a person can open,
/// and the manifest <c>a/b/w640.jpg~meta</c>, which says which blob counts. No key holds a <c>~</c>, so every file of ours has one,
/// no folder of a segment has one, and nothing collides.
/// </summary>
/// <remarks>
/// File systems end a name at 255 bytes, keys do not. A longer segment goes on in a folder of its own: <c>{first 180}~/~{rest}</c>.
/// The rest keeps its mark in front because alone it could be two dots.
/// </remarks>
internal sealed class DiskLayout(string root)
{
    public const char Mark = '~';
    public const string ManifestEnding = "~meta";
    private const int LongestName = 180;

    public string Root { get; } = root;

    /// <summary>Where each process keeps what is not an object yet; on the same file system, so that a rename is enough.</summary>
    public string Scratch => Path.Combine(Root, "~tmp");

    /// <summary>The folder of all keys that start with this one and a slash.</summary>
    public string Folder(ObjectKey key) => Path.Combine([Root, .. key.Value.Split('/').SelectMany(Names)]);

    public string Manifest(ObjectKey key) => Folder(key) + ManifestEnding;

    public string Blob(ObjectKey key, string version)
    {
        var path = Folder(key);
        var dot = path.LastIndexOf('.');
        // A dot in a folder's name or at the very start is no extension.
        if (dot <= path.LastIndexOf(Path.DirectorySeparatorChar) + 1) dot = path.Length;
        return $"{path[..dot]}{Mark}{version}{path[dot..]}";
    }

    private static IEnumerable<string> Names(string segment)
    {
        for (; segment.Length > LongestName; segment = Mark + segment[LongestName..]) yield return segment[..LongestName] + Mark;
        yield return segment;
    }
}
