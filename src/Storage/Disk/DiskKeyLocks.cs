namespace Pipeline.Storage.Disk;

/// <summary>
/// Allows one writer at a time for each key. Two keys may share a lock, so hold it for a commit only, never while bytes arrive.
/// </summary>
internal sealed class DiskKeyLocks
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<IDisposable> EnterAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var stripe = _stripes[(uint)key.Value.GetHashCode(StringComparison.Ordinal) % (uint)_stripes.Length];
        await stripe.WaitAsync(cancellationToken);
        return new Held(stripe);
    }

    private sealed class Held(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
