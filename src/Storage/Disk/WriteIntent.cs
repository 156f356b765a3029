using System.Text.Json;

namespace Pipeline.Storage.Disk;

/// <summary>
/// Recorded before a key changes: the versions of which at most one stays current. The writer settles it or, after a crash, the next start does:
/// it deletes the blobs that the manifest does not name. So a crash at any point leaves no orphaned blobs.
/// </summary>
internal sealed record WriteIntent(string Key, IReadOnlyList<string> Versions)
{
    public const string Ending = ".intent";

    /// <summary>Extension of a manifest that was moved away from its key; it serves as the intent of a deletion.</summary>
    public const string DeletionEnding = ".deleted";

    public static WriteIntent ToDelete(DiskManifest manifest) => new(manifest.Key, [manifest.Version]);

    public static bool Is(string path) => Path.GetExtension(path) is Ending or DeletionEnding;

    public async Task WriteAsync(string path) =>
        await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(this, DiskJson.Default.WriteIntent), CancellationToken.None);

    /// <summary>
    /// Reads the intent of a dead process; null if the process died while writing it, because then it had changed nothing yet.
    /// </summary>
    public static WriteIntent? Read(string path)
    {
        try
        {
            var json = File.ReadAllBytes(path);
            return path.EndsWith(DeletionEnding, StringComparison.Ordinal)
                ? JsonSerializer.Deserialize(json, DiskJson.Default.DiskManifest) is { } manifest ? ToDelete(manifest) : null
                : JsonSerializer.Deserialize(json, DiskJson.Default.WriteIntent);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public async Task SettleAsync(DiskLayout layout)
    {
        var key = ObjectKey.Parse(Key);
        // Versions are never reused, so a superseded version stays superseded, whatever other writers do meanwhile.
        var current = await DiskManifest.ReadAsync(layout, key, CancellationToken.None);
        foreach (var version in Versions.Where(version => version != current?.Version)) Remove(layout.Blob(key, version));
        if (current is null) DiskFolders.Prune(layout.Root, Path.GetDirectoryName(layout.Manifest(key))!);
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // The folder was pruned with its last object.
        }
    }
}
