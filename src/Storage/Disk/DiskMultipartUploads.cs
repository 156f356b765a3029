using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace Pipeline.Storage.Disk;

/// <summary>
/// Keeps the parts of an upload as files in a folder of its own, <c>~multipart/{uploadId}</c>, until they become one object. Every step is one
/// rename, so that a crash at any point leaves an upload that is open or one that is gone.
/// </summary>
public sealed class DiskMultipartUploads : IMultipartUploads, IDisposable
{
    private const string PartEnding = ".part";
    private const string Description = "upload.json";

    // A folder that is being made or removed, which no request finds.
    private const string UnfinishedEnding = ".unfinished";

    private readonly string _root;
    private readonly DiskObjectStore _store;
    private readonly DiskSpace _room;
    private readonly TimeProvider _time;

    // Two completions of one upload would write its bytes twice, and an abort would remove the parts under a completion.
    private readonly SemaphoreSlim _ends = new(1);

    /// <summary>Removes what crashed processes left of folders that they were making or removing.</summary>
    public DiskMultipartUploads(DiskObjectStore store, IOptions<DiskStorageOptions> options, TimeProvider time)
    {
        (_store, _room, _time) = (store, new DiskSpace(options.Value), time);
        _root = Path.Combine(options.Value.FullRoot, "~multipart");
        Directory.CreateDirectory(_root);
        foreach (var folder in Directory.GetDirectories(_root, '*' + UnfinishedEnding)) Directory.Delete(folder, recursive: true);
    }

    /// <inheritdoc />
    public async Task<string> CreateAsync(ObjectKey key, WriteOptions options, CancellationToken cancellationToken)
    {
        WriteRules.Check(options);
        var id = StagingFolder.NewName();
        var unfinished = Path.Combine(_root, id + UnfinishedEnding);
        Directory.CreateDirectory(unfinished);
        var upload = new DiskOpenUpload(key.Value, options.ContentType, options.CacheControl, options.Metadata, _time.GetUtcNow());
        await upload.WriteAsync(Path.Combine(unfinished, Description), cancellationToken);
        Directory.Move(unfinished, Path.Combine(_root, id));
        DiskFolders.Flush(_root);
        return id;
    }

    /// <summary>Stores one part; if another process or request stores the same part, the last one wins.</summary>
    /// <param name="part">As it was signed.</param>
    /// <param name="content">Must have exactly the signed length.</param>
    /// <param name="commitBefore">From this time on the part is refused.</param>
    /// <param name="cancellationToken">Ends the write; nothing is stored then.</param>
    /// <returns>The entity tag of the part; null if there is no such open upload.</returns>
    /// <exception cref="CommitTooLateException">The bytes arrived too late.</exception>
    /// <exception cref="InsufficientStorageException">The write would use up the reserve of free space.</exception>
    public async Task<string?> WritePartAsync(DiskPart part, Stream content, DateTimeOffset commitBefore, CancellationToken cancellationToken)
    {
        if (await FindAsync(part.Key, part.UploadId, cancellationToken) is null) return null;
        _room.Require(part.Length);
        var folder = Path.Combine(_root, part.UploadId);
        var staged = Path.Combine(folder, StagingFolder.NewName());
        try
        {
            await StagedFile.WriteAsync(staged, content, part.Length, _room, cancellationToken);
            if (_time.GetUtcNow() >= commitBefore) throw new CommitTooLateException(part.Key);
            File.Move(staged, PathOf(part.UploadId, part.Number), overwrite: true);
            DiskFolders.Flush(folder);
            return TagOf(new FileInfo(PathOf(part.UploadId, part.Number)));
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            // The upload was completed or aborted meanwhile.
            return null;
        }
        finally
        {
            Remove(staged);
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<UploadedPart>?> ListPartsAsync(ObjectKey key, string uploadId, CancellationToken cancellationToken) =>
        await FindAsync(key, uploadId, cancellationToken) is null ? null : Parts(uploadId);

    /// <inheritdoc />
    public async Task<CompletionResult> CompleteAsync(
        ObjectKey key, string uploadId, IReadOnlyList<UploadedPart> parts, CancellationToken cancellationToken)
    {
        await _ends.WaitAsync(cancellationToken);
        try
        {
            if (await FindAsync(key, uploadId, cancellationToken) is not { } upload || Parts(uploadId) is not { } arrived) return CompletionResult.Missing;
            if (parts.Except(arrived).Any()) return CompletionResult.Changed;
            var options = new WriteOptions { ContentType = upload.ContentType, CacheControl = upload.CacheControl, Metadata = upload.Metadata };
            await using var content = new JoinedFiles([.. parts.Select(part => PathOf(uploadId, part.Number))]);
            await _store.WriteAsync(key, content, parts.Sum(part => part.Size), new DiskWriteTerms { KeepsReserve = true }, options, cancellationToken);
            RemoveFolder(uploadId);
            return CompletionResult.Completed;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException)
        {
            return CompletionResult.Changed;
        }
        finally
        {
            _ends.Release();
        }
    }

    /// <inheritdoc />
    public async Task AbortAsync(ObjectKey key, string uploadId, CancellationToken cancellationToken)
    {
        await _ends.WaitAsync(cancellationToken);
        try
        {
            if (await FindAsync(key, uploadId, cancellationToken) is not null) RemoveFolder(uploadId);
        }
        finally
        {
            _ends.Release();
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<OpenUpload> ListOpenAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var id in Directory.GetDirectories(_root).Select(folder => Path.GetFileName(folder)!).Where(IsId))
        {
            if (await DiskOpenUpload.ReadAsync(Path.Combine(_root, id, Description), cancellationToken) is { } upload
                && upload.Key.StartsWith(prefix, StringComparison.Ordinal))
                yield return new OpenUpload(ObjectKey.Parse(upload.Key), id, upload.StartedAt);
        }
    }

    /// <summary>Closes the store. A completion that still runs is finished by its repetition.</summary>
    public void Dispose() => _ends.Dispose();

    private async Task<DiskOpenUpload?> FindAsync(ObjectKey key, string uploadId, CancellationToken cancellationToken) =>
        IsId(uploadId) && await DiskOpenUpload.ReadAsync(Path.Combine(_root, uploadId, Description), cancellationToken) is { } upload && upload.Key == key.Value
            ? upload
            : null;

    private List<UploadedPart>? Parts(string uploadId)
    {
        try
        {
            return [.. new DirectoryInfo(Path.Combine(_root, uploadId)).EnumerateFiles('*' + PartEnding)
                .Select(file => new UploadedPart(int.Parse(Path.GetFileNameWithoutExtension(file.Name), CultureInfo.InvariantCulture), file.Length, TagOf(file)))
                .OrderBy(part => part.Number)];
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return null;
        }
    }

    // The rename takes the folder away from every other request at once.
    private void RemoveFolder(string uploadId)
    {
        var unfinished = Path.Combine(_root, uploadId + UnfinishedEnding);
        Directory.Move(Path.Combine(_root, uploadId), unfinished);
        DiskFolders.Flush(_root);
        for (var tries = 0; Directory.Exists(unfinished); tries++)
        {
            try
            {
                Directory.Delete(unfinished, recursive: true);
            }
            catch (IOException) when (tries < 3)
            {
                // A part that still arrives adds its file meanwhile.
            }
            catch (IOException)
            {
                // The next start removes the rest.
                return;
            }
        }
    }

    private string PathOf(string uploadId, int number) => Path.Combine(_root, uploadId, number.ToString("D5", CultureInfo.InvariantCulture) + PartEnding);

    private static string TagOf(FileInfo file) => $"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}";

    // It becomes part of a path.
    private static bool IsId(string uploadId) => uploadId.Length == 16 && uploadId.All(char.IsAsciiHexDigitLower);

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // It went with its upload.
        }
    }
}
