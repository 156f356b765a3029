using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Storage.Disk;

/// <summary>
/// Stores objects in a folder. Writers of one key are serialised within this process. Several processes may share a root: every object stays
/// whole, but <see cref="WriteOptions.IfAbsent"/> is guaranteed only among writers of one process.
/// </summary>
public sealed class DiskObjectStore : IObjectStore, IDisposable
{
    private const int ETagLength = 32;
    private readonly DiskLayout _layout;
    private readonly StagingFolder _scratch;
    private readonly DiskKeyLocks _locks = new();
    private readonly DiskSpace _room;
    private readonly TimeProvider _time;

    /// <summary>Opens the store: creates its folder if needed and removes the leftovers of crashed processes.</summary>
    public DiskObjectStore(IOptions<DiskStorageOptions> options, TimeProvider time)
    {
        _layout = new DiskLayout(WritableFolder.Ensure($"{DiskStorageOptions.Section}:{nameof(DiskStorageOptions.Root)}", options.Value.FullRoot));
        _scratch = StagingFolder.Open(_layout);
        _room = new DiskSpace(options.Value);
        _time = time;
    }

    /// <inheritdoc />
    public async Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) =>
        (await DiskManifest.ReadAsync(_layout, key, cancellationToken))?.ToInfo(key);

    /// <inheritdoc />
    public async Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken)
    {
        const int mostTries = 100;
        string? vanished = null;
        for (var tries = 1; ; tries++)
        {
            var manifest = await DiskManifest.ReadAsync(_layout, key, cancellationToken);
            if (manifest is null) return new ReadResult.Missing();
            if (ifMatch is not null && ifMatch != manifest.ETag) return new ReadResult.Changed();
            if (OpenBlob(key, manifest) is { } content) return new ReadResult.Found(manifest.ToInfo(key), content);
            // If the object was replaced between the two reads, the manifest now names another blob. If it still names the same version, the
            // blob is lost.
            if (manifest.Version == vanished || tries == mostTries) throw new IOException($"The blob of {key} cannot be opened.");
            vanished = manifest.Version;
        }
    }

    /// <inheritdoc />
    public Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken) =>
        WriteAsync(key, content, length, new DiskWriteTerms(), options, cancellationToken);

    /// <summary>Writes an object under terms; if they are not met, nothing changes.</summary>
    /// <exception cref="ChecksumMismatchException">The checksum of the bytes differs from the terms.</exception>
    /// <exception cref="CommitTooLateException">The bytes arrived after <see cref="DiskWriteTerms.CommitBefore"/>.</exception>
    /// <exception cref="InsufficientStorageException">The write would use up the reserve of free space.</exception>
    public async Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, DiskWriteTerms terms, WriteOptions options,
        CancellationToken cancellationToken)
    {
        WriteRules.Check(options);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (terms.KeepsReserve) _room.Require(length);
        var version = StagingFolder.NewName();
        var staged = Path.Combine(_scratch.Folder, version);
        try
        {
            var sha256 = await StagedFile.WriteAsync(staged, content, length, terms.KeepsReserve ? _room : null, cancellationToken);
            if (terms.Sha256 is { } wanted && !sha256.StartsWith(wanted, StringComparison.Ordinal)) throw new ChecksumMismatchException(key);
            var manifest = new DiskManifest(key.Value, version, length, sha256[..ETagLength], options.ContentType, options.CacheControl,
                options.Metadata, _time.GetUtcNow());
            using var held = await _locks.EnterAsync(key, cancellationToken);
            var current = await DiskManifest.ReadAsync(_layout, key, cancellationToken);
            if (current is not null && options.IfAbsent) return new WriteResult.AlreadyThere();
            if (_time.GetUtcNow() >= terms.CommitBefore) throw new CommitTooLateException(key);
            await ChangeAsync(key, [version, .. Version(current)], () => CommitAsync(staged, key, manifest));
            return new WriteResult.Written(manifest.ETag);
        }
        finally
        {
            File.Delete(staged);
        }
    }

    /// <inheritdoc />
    /// <remarks>
    /// The bytes are hashed while they are copied, so a source that was damaged on disk is never copied under its old entity tag.
    /// </remarks>
    public async Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options,
        CancellationToken cancellationToken)
    {
        if (options.IfAbsent) throw new ArgumentException("A copy cannot ask for IfAbsent.", nameof(options));
        await using var read = await ReadAsync(source, ifMatch, cancellationToken);
        if (read is not ReadResult.Found(var info, var content))
        {
            return read is ReadResult.Changed ? new CopyResult.Changed() : new CopyResult.Missing();
        }

        await WriteAsync(destination, content, info.Size, new DiskWriteTerms { Sha256 = info.ETag }, options, cancellationToken);
        return new CopyResult.Copied(info.ETag);
    }

    /// <inheritdoc />
    public async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        using var held = await _locks.EnterAsync(key, cancellationToken);
        var current = await DiskManifest.ReadAsync(_layout, key, cancellationToken);
        if (current is null) return;
        // The moved manifest serves as the write intent. Nothing new is written, so deletes work on a full disk.
        var manifest = _layout.Manifest(key);
        var path = Path.Combine(_scratch.Folder, StagingFolder.NewName() + WriteIntent.DeletionEnding);
        File.Move(manifest, path, overwrite: true);
        await SettleAsync(path, WriteIntent.ToDelete(current), Path.GetDirectoryName(manifest)!);
    }

    /// <inheritdoc />
    /// <remarks>Holds the names of one folder in memory at a time, because they must be sorted; reads manifests one by one.</remarks>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var key in DiskListing.Keys(_layout, prefix))
        {
            if (string.CompareOrdinal(key.Value, after) <= 0) continue;
            if (await DiskManifest.ReadAsync(_layout, key, cancellationToken) is not { } manifest) continue;
            yield return new ObjectInfo(key, manifest.Size, manifest.ETag, manifest.ContentType, manifest.Modified);
        }
    }

    /// <summary>Closes the store. Open reads continue to work.</summary>
    public void Dispose() => _scratch.Dispose();

    // Cannot be cancelled: the leftovers would be cleaned up, but the caller would not know which version is current.
    private async Task ChangeAsync(ObjectKey key, string[] versions, Func<Task> change)
    {
        var path = Path.Combine(_scratch.Folder, StagingFolder.NewName() + WriteIntent.Ending);
        var intent = new WriteIntent(key.Value, versions);
        try
        {
            await intent.WriteAsync(path);
            await change();
        }
        finally
        {
            // If this fails too, the intent stays and the next start settles it.
            await intent.SettleAsync(_layout);
            File.Delete(path);
        }
    }

    private async Task SettleAsync(string path, WriteIntent intent, string folder)
    {
        // The manifest's removal must be durable before its blob is deleted.
        DiskFolders.Flush(folder);
        await intent.SettleAsync(_layout);
        File.Delete(path);
    }

    private async Task CommitAsync(string staged, ObjectKey key, DiskManifest manifest)
    {
        DiskFolders.Place(staged, _layout.Blob(key, manifest.Version));
        // Written to the draft's path, so that the caller's cleanup deletes it if anything fails.
        await manifest.WriteAsync(staged, CancellationToken.None);
        DiskFolders.Place(staged, _layout.Manifest(key));
    }

    private FileStream? OpenBlob(ObjectKey key, DiskManifest manifest)
    {
        FileStream blob;
        try
        {
            blob = new FileStream(_layout.Blob(key, manifest.Version), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (blob.Length == manifest.Size) return blob;
        blob.Dispose();
        throw new InvalidDataException($"The blob of {key} is not {manifest.Size} bytes long.");
    }

    private static string[] Version(DiskManifest? manifest) => manifest is null ? [] : [manifest.Version];
}
