using MassTransit;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;

namespace Pipeline.AllInOne.Embedding;

/// <summary>Counts processing requests in the bus, because the in-memory bus does not report its queue lengths.</summary>
public sealed class InMemoryBacklog : IBacklog, IPublishObserver, IConsumeObserver
{
    private int _inside;
    private int _rescans;

    /// <summary>Requests in the bus or at a worker.</summary>
    public int Inside => Volatile.Read(ref _inside);

    // Outcomes never wait: their publisher and their consumer are in the same process.
    public Task<IReadOnlySet<string>?> EmptyAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var (idle, hasRescans) = (Volatile.Read(ref _inside) == 0, Volatile.Read(ref _rescans) > 0);
        return Task.FromResult<IReadOnlySet<string>?>(
            queues.Where(queue => queue == QueueNames.Rescans ? !hasRescans : idle || queue == QueueNames.Outcomes).ToHashSet(StringComparer.Ordinal));
    }

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Count<T>(+1);

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Count<T>(-1);

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class => Count<T>(-1);

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Count<T>(-1);

    private Task Count<T>(int difference)
    {
        if (typeof(T).IsAssignableTo(typeof(ProcessingRequest))) Interlocked.Add(ref _inside, difference);
        else if (typeof(T) == typeof(RescanRequested)) Interlocked.Add(ref _rescans, difference);
        return Task.CompletedTask;
    }
}
