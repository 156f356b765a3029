using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Storage.Disk;

/// <summary>Says which blob is the object, and what is stored beside it. Its rename into place is the commit.</summary>
/// <param name="Key">Written down because a file system may take two keys for one; see <see cref="ReadAsync"/>.</param>
/// <param name="Version">Names the blob. Never used twice, so a blob is never changed and never comes back.</param>
internal sealed record DiskManifest(
    string Key,
    string Version,
    long Size,
    string ETag,
    string ContentType,
    string? CacheControl,
    IReadOnlyDictionary<string, string> Metadata,
    DateTimeOffset Modified)
{
    public ObjectInfo ToInfo(ObjectKey key) => new(key, Size, ETag, ContentType, Modified) { CacheControl = CacheControl, Metadata = Metadata };

    /// <summary>The manifest of a key, or null if there is no such object.</summary>
    public static async Task<DiskManifest?> ReadAsync(DiskLayout layout, ObjectKey key, CancellationToken cancellationToken)
    {
        var path = layout.Manifest(key);
        try
        {
            var manifest = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken), DiskJson.Default.DiskManifest);
            return manifest?.Key == key.Value
                ? manifest
                : throw new InvalidDataException($"{path} belongs to another key. Does the file system tell upper from lower case?");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not a manifest.", e);
        }
    }

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        await JsonSerializer.SerializeAsync(file, this, DiskJson.Default.DiskManifest, cancellationToken);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DiskManifest))]
[JsonSerializable(typeof(WriteIntent))]
internal sealed partial class DiskJson : JsonSerializerContext;
