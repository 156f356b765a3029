using Pipeline.Processor.Messaging;

namespace Pipeline.Processor.Tests.Messaging;

public sealed class InteractivePriorityGateTests
{
    private readonly InteractivePriorityGate _priorityGate = new(TimeProvider.System);

    [Fact]
    public void A_reprocess_begins_at_once_while_nobody_waits() => _priorityGate.YieldAsync(default).IsCompletedSuccessfully.ShouldBeTrue();

    [Fact]
    public async Task A_reprocess_lets_all_uploads_in_work_end_first()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        var people = new[] { _priorityGate.ForPersonAsync(() => first.Task), _priorityGate.ForPersonAsync(() => second.Task) };
        var reprocess = _priorityGate.YieldAsync(default);

        first.SetResult();
        await people[0];
        reprocess.IsCompleted.ShouldBeFalse("the second one still waits");

        second.SetResult();
        await reprocess;
        _priorityGate.YieldAsync(default).IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task An_upload_that_fails_makes_way_as_well()
    {
        await Should.ThrowAsync<IOException>(() => _priorityGate.ForPersonAsync(() => throw new IOException()));

        _priorityGate.YieldAsync(default).IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Uploads_without_a_pause_do_not_stop_a_reprocess_for_ever()
    {
        var time = new AlarmClock();
        var priorityGate = new InteractivePriorityGate(time);
        var endless = new TaskCompletionSource();
        var person = priorityGate.ForPersonAsync(() => endless.Task);
        var reprocess = priorityGate.YieldAsync(default);
        reprocess.IsCompleted.ShouldBeFalse();

        time.Due.ShouldBe(InteractivePriorityGate.Limit);
        time.Ring();

        await reprocess;
        endless.SetResult();
        await person;
    }

    [Fact]
    public async Task A_worker_that_stops_waits_for_nobody()
    {
        var endless = new TaskCompletionSource();
        var person = _priorityGate.ForPersonAsync(() => endless.Task);
        using var stop = new CancellationTokenSource();
        var reprocess = _priorityGate.YieldAsync(stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => reprocess);
        endless.SetResult();
        await person;
    }

    /// <summary>The test decides when its only timer fires.</summary>
    private sealed class AlarmClock : TimeProvider
    {
        private Action? _ring;

        public TimeSpan Due { get; private set; }

        public void Ring() => _ring!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (Due, _ring) = (dueTime, () => callback(state));
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
