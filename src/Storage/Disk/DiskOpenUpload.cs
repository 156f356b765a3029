using System.Text.Json;

namespace Pipeline.Storage.Disk;

/// <summary>The description of a multipart upload, in its folder.</summary>
/// <param name="Key">The key of the object.</param>
/// <param name="ContentType">Media type of the object.</param>
/// <param name="CacheControl">Cache-Control of the object.</param>
/// <param name="Metadata">Metadata of the object.</param>
/// <param name="StartedAt">When it was begun.</param>
internal sealed record DiskOpenUpload(
    string Key, string ContentType, string? CacheControl, IReadOnlyDictionary<string, string> Metadata, DateTimeOffset StartedAt)
{
    public static async Task<DiskOpenUpload?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken), DiskJson.Default.DiskOpenUpload);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        await JsonSerializer.SerializeAsync(file, this, DiskJson.Default.DiskOpenUpload, cancellationToken);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
    }
}
