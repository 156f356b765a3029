namespace Pipeline.Storage.Disk;

/// <summary>
/// File layout below the root. The object <c>a/b/w640.jpg</c> consists of the blob <c>a/b/w640~{version}.jpg</c>, which a person can open, and
/// the manifest <c>a/b/w640.jpg~meta</c>, which names the current blob. Keys never contain <c>~</c>, all files of the store do, and folders of
/// whole segments do not, so names cannot collide.
/// </summary>
/// <remarks>
/// File systems limit a name to 255 bytes; keys have no such limit. A longer segment continues in a subfolder: <c>{first 180}~/~{rest}</c>. The
/// rest starts with the mark because without it the name could be two dots.
/// </remarks>
internal sealed class DiskLayout(string root)
{
    public const char Mark = '~';
    public const string ManifestEnding = "~meta";
    private const int LongestName = 180;

    public string Root { get; } = root;

    /// <summary>Folder for each process's unfinished files. It is on the same file system as the objects, so a rename is enough.</summary>
    public string Scratch => Path.Combine(Root, "~tmp");

    /// <summary>The folder for all keys that start with this key and a slash.</summary>
    public string Folder(ObjectKey key) => Path.Combine([Root, .. key.Value.Split('/').SelectMany(Names)]);

    public string Manifest(ObjectKey key) => Folder(key) + ManifestEnding;

    public string Blob(ObjectKey key, string version)
    {
        var path = Folder(key);
        var dot = path.LastIndexOf('.');
        // A dot in a folder's name or at the start of the file name does not begin an extension.
        if (dot <= path.LastIndexOf(Path.DirectorySeparatorChar) + 1) dot = path.Length;
        return $"{path[..dot]}{Mark}{version}{path[dot..]}";
    }

    private static IEnumerable<string> Names(string segment)
    {
        for (; segment.Length > LongestName; segment = Mark + segment[LongestName..]) yield return segment[..LongestName] + Mark;
        yield return segment;
    }
}
