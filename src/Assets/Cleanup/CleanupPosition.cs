namespace Pipeline.Assets.Cleanup;

/// <summary>
/// Where the claims of this instance ended. An index keeps the entries of rows that are cleaned up until the oldest open transaction ends, and a claim
/// that reads it from the begin passes all of them. So a run starts a little before the end of the last one, and once a minute one looks at all.
/// </summary>
public sealed class CleanupPosition(TimeProvider time)
{
    // A time is set before its transaction commits, and the clocks of instances differ. What comes later waits for the run that looks at all.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan WholeInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private DateTimeOffset? _wholeAt;
    private DateTimeOffset _end;

    /// <returns>Where a run starts.</returns>
    public DateTimeOffset Start()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            // A clock that was set back starts at the begin as well.
            if (_wholeAt is { } last && now >= last && now < last + WholeInterval && _end > DateTimeOffset.UnixEpoch + Late) return _end - Late;
            _wholeAt = now;
            return DateTimeOffset.UnixEpoch;
        }
    }

    /// <summary>Records when a claimed row was due.</summary>
    public void Claimed(DateTimeOffset due)
    {
        lock (_gate) _end = due;
    }
}
