namespace Pipeline.Bus.Inspection;

/// <summary>Looks into the queues of the bus.</summary>
public interface IQueueInspector
{
    /// <summary>The state of each queue, those of dead letters last.</summary>
    /// <exception cref="IOException">The broker does not answer.</exception>
    Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes dead letters one by one. A letter leaves the queue only after <paramref name="handle"/> has returned true for it; the others stay.
    /// </summary>
    /// <param name="queue">A queue of dead letters.</param>
    /// <param name="most">Most letters.</param>
    /// <param name="handle">Handles the body of one letter.</param>
    /// <param name="cancellationToken">Ends the wait; what was not handled stays.</param>
    /// <returns>Number of letters that were looked at.</returns>
    /// <exception cref="UnauthorizedAccessException">The host's user at the broker may not read the queue.</exception>
    /// <exception cref="IOException">The broker does not answer.</exception>
    Task<int> TakeAsync(string queue, int most, Func<ReadOnlyMemory<byte>, Task<bool>> handle, CancellationToken cancellationToken);
}

/// <param name="Name">The name.</param>
/// <param name="Depth">Messages that wait.</param>
/// <param name="Consumers">Readers.</param>
/// <param name="IsDeadLetters">It holds messages that failed or that nobody knows, and nobody reads it.</param>
public sealed record QueueState(string Name, long Depth, long Consumers, bool IsDeadLetters);
