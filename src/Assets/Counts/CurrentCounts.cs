namespace Pipeline.Assets.Counts;

/// <summary>The last counts that this instance read, while they are recent: numbers that nobody renews would hide an outage.</summary>
public sealed class CurrentCounts(TimeProvider time)
{
    private static readonly TimeSpan Recent = OperationalCountsSweep.Interval * 4;

    private readonly Lock _gate = new();
    private OperationalCounts? _counts;
    private DateTimeOffset _changedAt;

    /// <summary>Null before the first count, and if nobody has counted for two minutes.</summary>
    public OperationalCounts? Value
    {
        get
        {
            // By the time of their arrival here: the clock of the instance that counted may differ.
            lock (_gate) return _counts is not null && time.GetUtcNow() - _changedAt <= Recent ? _counts : null;
        }
    }

    internal void Set(OperationalCounts? counts)
    {
        lock (_gate)
        {
            if (counts?.At == _counts?.At) return;
            (_counts, _changedAt) = (counts, time.GetUtcNow());
        }
    }
}
