using Pipeline.Storage;

namespace Pipeline.AllInOne.Disk;

/// <summary>
/// Limits concurrent writes of one object. A few are allowed, because a client retries before the server notices that its first connection is
/// dead. Without a limit, one URL could create as many drafts on the disk as there are connections.
/// </summary>
internal sealed class DiskUploadSlots
{
    private const int PerKey = 4;
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public bool TryTake(ObjectKey key)
    {
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(key.Value);
            if (taken == PerKey) return false;
            _taken[key.Value] = taken + 1;
            return true;
        }
    }

    public void Return(ObjectKey key)
    {
        lock (_gate)
        {
            if (--_taken[key.Value] == 0) _taken.Remove(key.Value);
        }
    }
}
