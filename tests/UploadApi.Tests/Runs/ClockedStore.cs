using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>A store that dates its objects by the test's clock: S3 knows no other clock than its own, and a test cannot wait for days.</summary>
internal sealed class ClockedStore(IObjectStore store, TimeProvider time) : IObjectStore
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _written = new(StringComparer.Ordinal);

    public async Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) => await store.HeadAsync(key, cancellationToken) is { } info ? Dated(info) : null;

    public Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken) => store.ReadAsync(key, ifMatch, cancellationToken);

    public Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken)
    {
        _written[key.Value] = time.GetUtcNow();
        return store.WriteAsync(key, content, length, options, cancellationToken);
    }

    public Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken)
    {
        _written[destination.Value] = time.GetUtcNow();
        return store.CopyAsync(source, destination, ifMatch, options, cancellationToken);
    }

    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) => store.DeleteAsync(key, cancellationToken);

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync(prefix, after, cancellationToken)) yield return Dated(found);
    }

    private ObjectInfo Dated(ObjectInfo info) => _written.TryGetValue(info.Key.Value, out var at) ? info with { LastModified = at } : info;
}
