using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Storage.Disk;

/// <summary>Names the current blob of an object and holds its metadata. Renaming it into place commits the write.</summary>
/// <param name="Key">Stored because a case-insensitive file system may map two keys to one file; see <see cref="ReadAsync"/>.</param>
/// <param name="Version">Names the blob. A version is never reused, so a blob is never changed and a deleted one never reappears.</param>
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

    /// <summary>Reads the manifest of a key; null if there is no such object.</summary>
    public static async Task<DiskManifest?> ReadAsync(DiskLayout layout, ObjectKey key, CancellationToken cancellationToken)
    {
        var path = layout.Manifest(key);
        try
        {
            var manifest = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken), DiskJson.Default.DiskManifest);
            return manifest?.Key == key.Value
                ? manifest
                : throw new InvalidDataException($"{path} belongs to another key. Is the file system case-sensitive?");
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
[JsonSerializable(typeof(DiskOpenUpload))]
internal sealed partial class DiskJson : JsonSerializerContext;
