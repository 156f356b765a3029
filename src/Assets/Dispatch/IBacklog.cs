namespace Pipeline.Assets.Dispatch;

/// <summary>
/// Reports which bus queues are empty. While a queue holds messages, a request that no worker has accepted for long is not lost: it waits
/// for its turn, and a duplicate would only delay the others.
/// </summary>
public interface IBacklog
{
    /// <returns>The empty queues; null if the bus does not answer, and then the caller must not resend.</returns>
    Task<IReadOnlySet<string>?> EmptyAsync(IEnumerable<string> queues, CancellationToken cancellationToken);
}
