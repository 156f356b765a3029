namespace Pipeline.Assets.Events;

/// <summary>
/// Tells readers of the event feed that it may hold more. Only a hint: readers also look again after a while, because a signal can get lost
/// between instances.
/// </summary>
public interface IEventSignal
{
    /// <summary>Ends at the next signal. Take it before reading the feed, so that no signal falls between reading and waiting.</summary>
    Task Next { get; }

    /// <summary>Signals the readers in all instances. Call it after the commit.</summary>
    Task RaiseAsync(CancellationToken cancellationToken);
}

/// <summary>Signals the readers in this process.</summary>
public sealed class LocalEventSignal : IEventSignal
{
    private TaskCompletionSource _next = New();

    /// <inheritdoc />
    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, New()).SetResult();

    /// <inheritdoc />
    public Task RaiseAsync(CancellationToken cancellationToken)
    {
        Raise();
        return Task.CompletedTask;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
