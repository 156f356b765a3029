using System.Runtime.CompilerServices;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Targets;

/// <summary>
/// An area with two stores, while it moves from one to the other. Each write and each deletion goes to the area's own store first and then to the target;
/// if one of them fails, the operation fails, and its caller repeats it. The copy of a run relies on this order. Reads come from one side; if the object
/// is missing there or that side fails, they come from the other.
/// </summary>
public sealed class DoubleStore(IObjectStore own, IObjectStore target, Func<bool> isSwitched) : IObjectStore
{
    private (IObjectStore First, IObjectStore Second) Sides => isSwitched() ? (target, own) : (own, target);

    /// <inheritdoc />
    public async Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var (first, second) = Sides;
        ObjectInfo? found = null;
        var fault = await FaultAsync(async () => found = await first.HeadAsync(key, cancellationToken), cancellationToken);
        if (found is not null) return found;
        if (await OtherAsync(() => second.HeadAsync(key, cancellationToken), fault, cancellationToken) is { } other) return other;
        return fault is null ? null : throw Failed(fault);
    }

    /// <inheritdoc />
    public async Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken)
    {
        var (first, second) = Sides;
        ReadResult result = new ReadResult.Missing();
        var fault = await FaultAsync(async () => result = await first.ReadAsync(key, ifMatch, cancellationToken), cancellationToken);
        if (result is not ReadResult.Missing) return result;
        if (await OtherAsync(async () => (ReadResult?)await second.ReadAsync(key, ifMatch, cancellationToken), fault, cancellationToken) is { } other and not ReadResult.Missing) return other;
        return fault is null ? result : throw Failed(fault);
    }

    /// <inheritdoc />
    public async Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken)
    {
        await using var body = await S3Body.OpenAsync(content, length, cancellationToken);
        var written = await own.WriteAsync(key, body.Content, length, options, cancellationToken);
        if (written is not WriteResult.Written) return written;
        body.Rewind();

        // What the own store has is right, so what lies at the target is replaced.
        await target.WriteAsync(key, body.Content, length, options with { IfAbsent = false }, cancellationToken);
        return written;
    }

    /// <inheritdoc />
    public async Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken)
    {
        var copied = await CopyOwnAsync(source, destination, ifMatch, options, cancellationToken);
        if (copied is not CopyResult.Copied) return copied;

        // The target may have the source later, or with another tag, so the bytes come from the own store.
        await using var read = await own.ReadAsync(destination, null, cancellationToken);
        if (read is ReadResult.Found found) await target.WriteAsync(destination, found.Content, found.Info.Size, options, cancellationToken);
        return copied;
    }

    /// <inheritdoc />
    public async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await own.DeleteAsync(key, cancellationToken);
        await target.DeleteAsync(key, cancellationToken);
    }

    /// <inheritdoc />
    public async Task DeleteAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken cancellationToken)
    {
        await own.DeleteAsync(keys, cancellationToken);
        await target.DeleteAsync(keys, cancellationToken);
    }

    /// <summary>The objects of the side that is read.</summary>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in Sides.First.ListAsync(prefix, after, cancellationToken)) yield return found;
    }

    // A tag that the caller has may be that of the target, which it has read.
    private async Task<CopyResult> CopyOwnAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken)
    {
        var copied = await own.CopyAsync(source, destination, ifMatch, options, cancellationToken);
        if (copied is CopyResult.Copied || (await target.HeadAsync(source, cancellationToken))?.ETag != ifMatch) return copied;
        await using var read = await target.ReadAsync(source, ifMatch, cancellationToken);
        if (read is not ReadResult.Found found) return copied;
        return await own.WriteAsync(destination, found.Content, found.Info.Size, options, cancellationToken) is WriteResult.Written { ETag: var tag } ? new CopyResult.Copied(tag) : copied;
    }

    private static async Task<Exception?> FaultAsync(Func<Task> read, CancellationToken cancellationToken)
    {
        try
        {
            await read();
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return e;
        }
    }

    private static async Task<T?> OtherAsync<T>(Func<Task<T?>> read, Exception? fault, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (Exception) when (fault is not null && !cancellationToken.IsCancellationRequested)
        {
            // Both sides fail; the first fault is reported.
            return null;
        }
    }

    private static Exception Failed(Exception fault)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        return fault;
    }
}
