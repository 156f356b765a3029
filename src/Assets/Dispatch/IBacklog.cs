namespace Pipeline.Assets.Dispatch;

/// <summary>
/// What still waits on the bus. A request that nobody has taken for long is not lost as long as its queue holds some: it waits for its turn,
/// and one more of it would only make all others wait longer.
/// </summary>
public interface IBacklog
{
    /// <returns>Those of the queues that nothing waits in; null where the bus does not answer: whoever does not know gives nothing again.</returns>
    Task<IReadOnlySet<string>?> EmptyAsync(IEnumerable<string> queues, CancellationToken cancellationToken);
}
