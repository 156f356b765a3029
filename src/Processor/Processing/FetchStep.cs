using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Storage;

namespace Pipeline.Processor.Processing;

/// <summary>The local copy that all later steps read.</summary>
/// <param name="Path">The local file.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, in lower-case hex.</param>
public sealed record FetchedFile(string Path, long Size, string Sha256);

/// <summary>Reads the object, pinned by its entity tag: once, or twice if its hash differs from the expected one.</summary>
public sealed class FetchStep(StorageAreas areas)
{
    private const int BufferBytes = 128 * 1024;

    /// <param name="source">The object.</param>
    /// <param name="workspace">Where the copy goes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isHashed">The caller compares the hash of the file itself.</param>
    public async Task<StepResult<FetchedFile>> RunAsync(SourceObject source, Workspace workspace, CancellationToken cancellationToken, bool isHashed = false)
    {
        // A frozen original that has moved to another store may have another tag there; then its hash says whether it is the same.
        var byHash = source.Area == SourceArea.Originals && (isHashed || source.Sha256 is not null);
        var first = await ReadAsync(source, workspace, byHash, cancellationToken);
        if (!first.Passed(out var file, out _) || source.Sha256 is null || source.Sha256 == file.Sha256) return first;

        // One wrong read by the store must not get the file refused, so two reads must agree.
        var second = await ReadAsync(source, workspace, byHash, cancellationToken);
        if (second.Passed(out var again, out _) && again.Sha256 != file.Sha256)
            throw new ProcessingFaultException(FailureCode.StorageUnavailable, "The store returned different bytes at each read of one version.");
        if (second.Rejection is not null) return second;
        return source.Area == SourceArea.Incoming ? Unannounced : Other(source);
    }

    /// <summary>Throws if the object no longer exists: the asset was deleted, so rendering it would be wasted work.</summary>
    public async Task CheckAsync(SourceObject source, CancellationToken cancellationToken)
    {
        if (await areas.StoreOf(source.Area).HeadAsync(ObjectKey.Parse(source.Key), cancellationToken) is null) throw Missing();
    }

    internal static Rejection Changed { get; } = new(
        RejectionCode.ChangedAfterConfirm, "The file was replaced after its upload was confirmed. Request a new upload.");

    // A store checks an announced hash only at a single PUT, so the parts of an upload are checked here.
    private static Rejection Unannounced { get; } = new(
        RejectionCode.ChangedAfterConfirm, "The file has another SHA-256 than the one that was announced, so it is not the announced file. Request a new upload.");

    private async Task<StepResult<FetchedFile>> ReadAsync(SourceObject source, Workspace workspace, bool byHash, CancellationToken cancellationToken)
    {
        await using var pinned = await areas.StoreOf(source.Area).ReadAsync(ObjectKey.Parse(source.Key), source.ETag, cancellationToken);
        await using var other = byHash && pinned is ReadResult.Changed ? await areas.StoreOf(source.Area).ReadAsync(ObjectKey.Parse(source.Key), null, cancellationToken) : null;
        return (other ?? pinned) switch
        {
            ReadResult.Found found when other is not null && found.Info.Size != source.Size => Other(source),

            // A version never changes its size, and the confirm has recorded it, so the store contradicts itself.
            ReadResult.Found found when found.Info.Size != source.Size => throw new ProcessingFaultException(
                FailureCode.StorageUnavailable, $"The store returns {found.Info.Size} bytes of a version that had {source.Size}."),
            ReadResult.Found when source is { Size: 0, Area: SourceArea.Incoming } => new Rejection(RejectionCode.Empty, "The file is empty."),
            ReadResult.Found found => await CopyAsync(found, source, workspace, cancellationToken),
            ReadResult.Changed => Other(source),
            _ => throw Missing(),
        };
    }

    private static ProcessingFaultException Missing() => new(FailureCode.SourceMissing, "The object to process is not in the store.");

    private static async Task<FetchedFile> CopyAsync(
        ReadResult.Found found, SourceObject source, Workspace workspace, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        long copied = 0;
        await using (var file = File.Create(workspace.SourcePath))
        {
            int n;
            while ((n = await found.Content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, n);
                await file.WriteAsync(buffer.AsMemory(0, n), cancellationToken);
                copied += n;
            }
        }

        if (copied != source.Size)
            throw new ProcessingFaultException(FailureCode.StorageUnavailable, $"The store returned {copied} of {source.Size} bytes.");
        return new FetchedFile(workspace.SourcePath, copied, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    // A client can replace its upload; then the file is refused. Only the worker writes frozen originals, so a different object there is the
    // service's fault. Rejecting the asset would delete its published variants, so this must fail instead.
    private static Rejection Other(SourceObject source) => source.Area == SourceArea.Incoming
        ? Changed
        : throw new ProcessingFaultException(FailureCode.StorageUnavailable, "The frozen original differs from the object that was frozen.") { IsOtherObject = true };
}
