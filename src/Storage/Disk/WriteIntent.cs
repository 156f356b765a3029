using System.Text.Json;

namespace Pipeline.Storage.Disk;

/// <summary>
/// Written down before a key changes: the versions of which at most one will count. Whoever settles it, the writer itself or, after a
/// crash, the next start, removes the blobs that the manifest does not name. So no order of events leaves bytes without an owner.
/// </summary>
internal sealed record WriteIntent(string Key, IReadOnlyList<string> Versions)
{
    public const string Ending = ".intent";

    /// <summary>Of a manifest that was moved away from its key: the intent of its removal.</summary>
    public const string DeletionEnding = ".deleted";

    public static WriteIntent ToDelete(DiskManifest manifest) => new(manifest.Key, [manifest.Version]);

    public static bool Is(string path) => Path.GetExtension(path) is Ending or DeletionEnding;

    public async Task WriteAsync(string path) =>
        await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(this, DiskJson.Default.WriteIntent), CancellationToken.None);

    /// <summary>An intent left by a process that died, or null if it died while writing it: then it had changed nothing yet.</summary>
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
        // A version never comes back, so what is superseded here stays superseded whatever others do meanwhile.
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
            // Pruned with the last object in it.
        }
    }
}
