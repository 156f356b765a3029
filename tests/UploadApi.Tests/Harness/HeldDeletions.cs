using Pipeline.Storage;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>
/// A real store that confirms deletions and executes them later, like a store that freezes with a request in work, or a client that freezes
/// before it sends the request.
/// </summary>
internal sealed class HeldDeletions(IObjectStore inner) : IObjectStore
{
    private readonly List<ObjectKey> _held = [];

    public async Task LandAsync()
    {
        foreach (var key in _held) await inner.DeleteAsync(key, default);
        _held.Clear();
    }

    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        _held.Add(key);
        return Task.CompletedTask;
    }

    public Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

    public Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken) => inner.ReadAsync(key, ifMatch, cancellationToken);

    public Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken) =>
        inner.WriteAsync(key, content, length, options, cancellationToken);

    public Task<CopyResult> CopyAsync(
        ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken) =>
        inner.CopyAsync(source, destination, ifMatch, options, cancellationToken);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, after, cancellationToken);
}
