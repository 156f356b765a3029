using Microsoft.Extensions.Time.Testing;

namespace Pipeline.Cli.Tests;

/// <summary>The clock of the CLI's waits: each passes at once, and moves the clock on which the time is read.</summary>
sealed class WaitClock(FakeTimeProvider clock) : TimeProvider
{
    private readonly Lock _lock = new();

    /// <summary>All waits so far, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock) Waits.Add(dueTime);
        var timer = clock.CreateTimer(callback, state, dueTime, period);
        clock.Advance(dueTime);
        return timer;
    }
}
