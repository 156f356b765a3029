using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Processing;
using Pipeline.Storage;

namespace Pipeline.Processor.Publishing;

/// <summary>Stores exactly the bytes that were scanned and decoded in the originals area, where no presigned URL can write.</summary>
public sealed class FreezeStep(StorageAreas areas)
{
    public async Task<StepResult<FrozenOriginal>> RunAsync(
        ProcessingRequest request, FetchedFile file, ImageFacts facts, CancellationToken cancellationToken)
    {
        if (request.Source.Area == SourceArea.Originals) return Frozen(request.Source.Key, request.Source.ETag, file, facts);

        var key = VariantKeys.OriginalOf(request, file.Sha256);
        var options = new WriteOptions { ContentType = facts.ContentType };
        if (ReferenceEquals(areas.Incoming, areas.Originals))
        {
            var copy = await areas.Incoming.CopyAsync(ObjectKey.Parse(request.Source.Key), key, request.Source.ETag, options, cancellationToken);
            if (copy is CopyResult.Changed) return FetchStep.Changed;
            if (copy is CopyResult.Missing) throw new ProcessingFaultException(FailureCode.SourceMissing, "The object to freeze is not in the store.");

            // Some servers ignore the ETag condition of a copy (Ceph does), so they may have copied a newer upload; then the copy's tag differs.
            // On servers where a copy always gets a new tag, this check only costs one more write.
            if (copy is CopyResult.Copied { ETag: var tag } && tag == request.Source.ETag) return Frozen(key.Value, tag, file, facts);
        }

        return await WriteAsync(key, file, facts, options, cancellationToken);
    }

    // Writes the local copy, because its bytes were scanned and decoded.
    private async Task<StepResult<FrozenOriginal>> WriteAsync(
        ObjectKey key, FetchedFile file, ImageFacts facts, WriteOptions options, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file.Path);
        var written = await areas.Originals.WriteAsync(key, content, file.Size, options, cancellationToken);
        return written is WriteResult.Written { ETag: var etag }
            ? Frozen(key.Value, etag, file, facts)
            : throw new ProcessingFaultException(FailureCode.StorageUnavailable, "The original could not be frozen.");
    }

    private static FrozenOriginal Frozen(string key, string etag, FetchedFile file, ImageFacts facts) =>
        new() { Key = key, ETag = etag, Sha256 = file.Sha256, Size = file.Size, ContentType = facts.ContentType };
}
