namespace Pipeline.Storage;

/// <summary>
/// Stores whole objects by key. A version never changes and is replaced atomically, so a reader sees all of one version or all of another.
/// Outcomes that a caller must expect are return values; an exception means that the outcome is unknown, and the caller retries later. Entity
/// tags are opaque and have no quotes.
/// </summary>
public interface IObjectStore
{
    /// <summary>Returns the metadata of an object, or null if it does not exist.</summary>
    Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading.</summary>
    /// <param name="ifMatch">The entity tag that the object must have, or null for any version.</param>
    /// <returns>A result that the caller must dispose.</returns>
    Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>Writes an object from a stream of exactly <paramref name="length"/> bytes; a shorter or longer one throws and changes nothing.</summary>
    Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken);

    /// <summary>Copies an object inside the store without moving its bytes through the caller.</summary>
    /// <param name="ifMatch">The entity tag that the source must have.</param>
    /// <param name="options">The metadata of the copy; none is inherited from the source. <see cref="WriteOptions.IfAbsent"/> throws.</param>
    Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken);

    /// <summary>Deletes an object; deleting a missing object is not an error.</summary>
    Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Deletes objects with as few requests as the store allows. If it throws, some of them may be left.</summary>
    async Task DeleteAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys) await DeleteAsync(key, cancellationToken);
    }

    /// <summary>All objects whose key starts with the prefix, in the order of their keys.</summary>
    /// <param name="after">Returns only keys after this one, which need not exist; null for all.</param>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, CancellationToken cancellationToken);
}

public static class ObjectStoreExtensions
{
    /// <summary>All objects whose key starts with the prefix, in the order of their keys.</summary>
    public static IAsyncEnumerable<ObjectInfo> ListAsync(this IObjectStore store, string prefix, CancellationToken cancellationToken) =>
        store.ListAsync(prefix, after: null, cancellationToken);
}

/// <summary>The metadata of an object.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="ETag">Entity tag; changes when the bytes change.</param>
/// <param name="ContentType">Media type set by the write; null in listings of stores that do not report it.</param>
/// <param name="LastModified">When this version was written.</param>
public sealed record ObjectInfo(ObjectKey Key, long Size, string ETag, string? ContentType, DateTimeOffset LastModified)
{
    /// <summary>Metadata set by the write; empty in listings.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Cache-Control set by the write; null in listings.</summary>
    public string? CacheControl { get; init; }
}

/// <summary>Metadata and conditions of a write.</summary>
public sealed record WriteOptions
{
    /// <summary>Media type.</summary>
    public required string ContentType { get; init; }

    /// <summary>The Cache-Control header with which a public object is served.</summary>
    public string? CacheControl { get; init; }

    /// <summary>Names of <c>[a-z0-9-]</c>, values of printable ASCII; 2,048 bytes in all.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Write only if there is no such object yet.</summary>
    public bool IfAbsent { get; init; }
}

/// <summary>The outcome of a read.</summary>
public abstract record ReadResult : IAsyncDisposable
{
    private ReadResult() { }

    /// <summary>Closes the stream of an object that was found.</summary>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return this is Found found ? found.Content.DisposeAsync() : ValueTask.CompletedTask;
    }

    /// <summary>The object exists; the stream gives exactly <see cref="ObjectInfo.Size"/> bytes of that version or throws.</summary>
    public sealed record Found(ObjectInfo Info, Stream Content) : ReadResult;

    /// <summary>There is no such object.</summary>
    public sealed record Missing : ReadResult;

    /// <summary>The object has another entity tag than asked for.</summary>
    public sealed record Changed : ReadResult;
}

/// <summary>The outcome of a write.</summary>
public abstract record WriteResult
{
    private WriteResult() { }

    /// <summary>The object is durably stored.</summary>
    public sealed record Written(string ETag) : WriteResult;

    /// <summary><see cref="WriteOptions.IfAbsent"/> was set and the object exists; nothing was changed.</summary>
    public sealed record AlreadyThere : WriteResult;
}

/// <summary>The outcome of a copy.</summary>
public abstract record CopyResult
{
    private CopyResult() { }

    /// <summary>The copy is durably stored.</summary>
    public sealed record Copied(string ETag) : CopyResult;

    /// <summary>The source does not exist.</summary>
    public sealed record Missing : CopyResult;

    /// <summary>The source has another entity tag than asked for.</summary>
    public sealed record Changed : CopyResult;
}
