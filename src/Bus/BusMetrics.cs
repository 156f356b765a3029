using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MassTransit;

namespace Pipeline.Bus;

/// <summary>Counts messages by the name of their type. Types are those of the contracts, so their number is fixed.</summary>
public sealed class BusMetrics : IConsumeObserver, IPublishObserver
{
    private const string Consumed = "consumed";
    private const string Published = "published";

    private static readonly Meter Meter = new("Pipeline.Bus");

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("pipeline.bus.messages", description: "Messages by type, direction and result.");

    private static readonly ConcurrentDictionary<string, long> Waiting = new(StringComparer.Ordinal);

    static BusMetrics() => Meter.CreateObservableGauge(
        "pipeline.bus.queue.messages",
        () => Waiting.Select(queue => new Measurement<long>(queue.Value, KeyValuePair.Create("queue", (object?)queue.Key))),
        description: "Ready messages in a queue of the broker, counted every RabbitMq:ErrorQueueSeconds.");

    /// <summary>Stores the number of messages of each queue; null if the broker did not answer.</summary>
    internal static void Waits(IReadOnlyList<(string Queue, uint Messages)>? counts)
    {
        // Old numbers would look like an answer.
        if (counts is null) Waiting.Clear();
        foreach (var (queue, messages) in counts ?? []) Waiting[queue] = messages;
    }

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class => Count<T>(Consumed, "ok");

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Count<T>(Consumed, "failed");

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => Count<T>(Published, "ok");

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Count<T>(Published, "failed");

    private static Task Count<T>(string direction, string result)
    {
        var message = typeof(T).Namespace == typeof(Contracts.QueueNames).Namespace ? typeof(T).Name : "other";
        Messages.Add(1, new KeyValuePair<string, object?>("message", message), new KeyValuePair<string, object?>("direction", direction), new KeyValuePair<string, object?>("result", result));
        return Task.CompletedTask;
    }
}

public static class MessageMetricsRegistration
{
    /// <summary>Counts the messages of this bus.</summary>
    public static void AddMessageMetrics(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumeObserver<BusMetrics>();
        bus.AddPublishObserver<BusMetrics>();
    }
}
