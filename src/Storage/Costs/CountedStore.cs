namespace Pipeline.Storage.Costs;

/// <summary>Counts the operations of a store without HTTP, as if it were one with: so that an installation on disk can see what a provider would take.</summary>
public sealed class CountedStore(IObjectStore store, StoreRequestCounts counts) : IObjectStore
{
    public Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        counts.Add(key.Value, StoreOperation.Head);
        return store.HeadAsync(key, cancellationToken);
    }

    public Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken)
    {
        counts.Add(key.Value, StoreOperation.Get);
        return store.ReadAsync(key, ifMatch, cancellationToken);
    }

    public Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken)
    {
        counts.Add(key.Value, StoreOperation.Put);
        return store.WriteAsync(key, content, length, options, cancellationToken);
    }

    public Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken)
    {
        counts.Add(destination.Value, StoreOperation.Copy);
        return store.CopyAsync(source, destination, ifMatch, options, cancellationToken);
    }

    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        counts.Add(key.Value, StoreOperation.Delete);
        return store.DeleteAsync(key, cancellationToken);
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A page of a provider has 1,000 keys.
        var listed = 0;
        counts.Add(prefix, StoreOperation.List);
        await foreach (var found in store.ListAsync(prefix, after, cancellationToken))
        {
            if (listed++ > 0 && listed % 1_000 == 1) counts.Add(prefix, StoreOperation.List);
            yield return found;
        }
    }
}
