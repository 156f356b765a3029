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
        var timer = new Timer(clock, callback, state, dueTime, period);
        clock.Advance(dueTime);
        timer.WakeSoon();
        return timer;
    }

    private sealed class Timer : ITimer
    {
        private readonly FakeTimeProvider _clock;
        private readonly ITimer _timer;
        private volatile bool _isOver;

        public Timer(FakeTimeProvider clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _clock = clock;
            _timer = clock.CreateTimer(
                given =>
                {
                    _isOver = true;
                    callback(given);
                },
                state,
                dueTime,
                period);
        }

        /// <summary>
        /// Advances by nothing until the timer has fired. Only one thread at a time fires the timers of this clock, and it may have passed this one
        /// just before it became due. On another thread, since this one may be the one that fires timers.
        /// </summary>
        public void WakeSoon()
        {
            if (!_isOver) ThreadPool.QueueUserWorkItem(_ => SpinWait.SpinUntil(IsOver));
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer.Change(dueTime, period);

        public void Dispose()
        {
            _isOver = true;
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _isOver = true;
            return _timer.DisposeAsync();
        }

        private bool IsOver()
        {
            if (!_isOver) _clock.Advance(TimeSpan.Zero);
            return _isOver;
        }
    }
}
