namespace Pipeline.Processor.Messaging;

/// <summary>
/// Delays reprocessings while this worker processes an upload that a user waits for: both would share its cores, and the user
/// would wait twice as long.
/// </summary>
public sealed class InteractivePriorityGate(TimeProvider time)
{
    /// <summary>The longest delay of a reprocessing: a constant stream of uploads slows it down but does not stop it.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private TaskCompletionSource? _nobodyWaits;
    private int _people;

    /// <summary>Runs work that a user waits for.</summary>
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

    /// <summary>Returns when no user waits, or after <see cref="Limit"/>.</summary>
    public async Task YieldAsync(CancellationToken cancellationToken)
    {
        Task nobodyWaits;
        lock (_lock) nobodyWaits = _nobodyWaits?.Task ?? Task.CompletedTask;
        try
        {
            await nobodyWaits.WaitAsync(Limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The reprocessing has waited long enough and starts now.
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
