namespace Pipeline.AllInOne.Disk;

/// <summary>
/// Limits concurrent writes of one object, or of one part of it. A few are allowed, because a client retries before the server notices that its first connection is
/// dead. Without a limit, one URL could create as many drafts on the disk as there are connections.
/// </summary>
internal sealed class DiskUploadSlots
{
    private const int PerTarget = 4;
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public bool TryTake(string target)
    {
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(target);
            if (taken == PerTarget) return false;
            _taken[target] = taken + 1;
            return true;
        }
    }

    public void Return(string target)
    {
        lock (_gate)
        {
            if (--_taken[target] == 0) _taken.Remove(target);
        }
    }
}
