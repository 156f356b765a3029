namespace Pipeline.Storage;

/// <summary>
/// Uploads of one object in several parts. The store keeps the parts until the upload is completed, which makes them one object, or aborted.
/// An exception means that the outcome is unknown.
/// </summary>
public interface IMultipartUploads
{
    /// <summary>The least size in bytes of every part except the last.</summary>
    public const long LeastPartBytes = 5L * 1024 * 1024;

    /// <summary>The most parts of one upload.</summary>
    public const int MaxParts = 10_000;

    /// <summary>Begins an upload. <see cref="WriteOptions.IfAbsent"/> is ignored.</summary>
    /// <returns>The id of the upload, which is opaque.</returns>
    Task<string> CreateAsync(ObjectKey key, WriteOptions options, CancellationToken cancellationToken);

    /// <summary>The parts that have arrived, in the order of their numbers; null if there is no such open upload.</summary>
    Task<IReadOnlyList<UploadedPart>?> ListPartsAsync(ObjectKey key, string uploadId, CancellationToken cancellationToken);

    /// <summary>Makes one object of these parts and ends the upload.</summary>
    /// <param name="parts">As the store listed them, in the order of their numbers; at least one.</param>
    Task<CompletionResult> CompleteAsync(ObjectKey key, string uploadId, IReadOnlyList<UploadedPart> parts, CancellationToken cancellationToken);

    /// <summary>Ends an upload and deletes its parts; a missing upload is not an error.</summary>
    Task AbortAsync(ObjectKey key, string uploadId, CancellationToken cancellationToken);

    /// <summary>All uploads that are neither completed nor aborted and whose key starts with the prefix, in any order.</summary>
    IAsyncEnumerable<OpenUpload> ListOpenAsync(string prefix, CancellationToken cancellationToken);
}

/// <summary>A part that has arrived.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="ETag">Opaque; changes when the part is uploaded again.</param>
public sealed record UploadedPart(int Number, long Size, string ETag);

/// <summary>An upload that is neither completed nor aborted.</summary>
public sealed record OpenUpload(ObjectKey Key, string UploadId, DateTimeOffset StartedAt);

/// <summary>The outcome of a completion.</summary>
public enum CompletionResult
{
    /// <summary>The object is durably stored.</summary>
    Completed,

    /// <summary>There is no such open upload: it was completed or aborted before, perhaps by an earlier attempt of this call.</summary>
    Missing,

    /// <summary>A part was replaced or is gone since the parts were listed.</summary>
    Changed,
}
