namespace Pipeline.Processor.Messaging;

/// <summary>
/// Has reprocessings step aside while this worker is at an upload that somebody waits for: both would share its cores, and the person
/// would wait twice as long.
/// </summary>
public sealed class InteractivePriorityGate(TimeProvider time)
{
    /// <summary>Uploads that never pause slow a reprocess down, but do not stop it.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private TaskCompletionSource? _nobodyWaits;
    private int _people;

    /// <summary>Does work that somebody waits for.</summary>
    public async Task ForPersonAsync(Func<Task> work)
    {
        Enter();
        try
        {
            await work();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Returns once nobody waits, or after a while all the same.</summary>
    public async Task StepAsideAsync(CancellationToken cancellationToken)
    {
        Task nobodyWaits;
        lock (_lock) nobodyWaits = _nobodyWaits?.Task ?? Task.CompletedTask;
        try
        {
            await nobodyWaits.WaitAsync(Limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Now it is its turn.
        }
    }

    private void Enter()
    {
        lock (_lock)
            if (_people++ == 0)
                _nobodyWaits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_people > 0) return;
            _nobodyWaits!.SetResult();
            _nobodyWaits = null;
        }
    }
}
