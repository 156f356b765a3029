using System.Runtime.CompilerServices;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>A real store; before each of its calls a test can run another step, as it may happen between two steps of two processes.</summary>
internal sealed class InterruptedStore(IObjectStore inner, Func<string, Task> first) : IObjectStore
{
    public async Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await first($"head {key}");
        return await inner.HeadAsync(key, cancellationToken);
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await first($"list {prefix}");
        await foreach (var found in inner.ListAsync(prefix, after, cancellationToken)) yield return found;
    }

    public async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await first($"delete {key}");
        await inner.DeleteAsync(key, cancellationToken);
    }

    public Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken) =>
        inner.ReadAsync(key, ifMatch, cancellationToken);

    public async Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken)
    {
        await first($"write {key}");
        return await inner.WriteAsync(key, content, length, options, cancellationToken);
    }

    public async Task<CopyResult> CopyAsync(
        ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken)
    {
        await first($"copy {source}");
        return await inner.CopyAsync(source, destination, ifMatch, options, cancellationToken);
    }
}
