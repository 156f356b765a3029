using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.Bus;

/// <summary>
/// The arguments of our queues, in one place because every declaration of a queue must have the same arguments. Delivery limit and dead-letter
/// exchange are explicit: RabbitMQ 3 has no default limit, and RabbitMQ 4 drops a message after 20 deliveries if there is no dead-letter
/// exchange.
/// </summary>
internal static class QuorumQueue
{
    private const string DeadLetters = "pipeline-dead-letters";

    // Outcomes do not crash their consumer, but even an HTTP API that is killed repeatedly must not lose one.
    private const int OutcomeRedeliveries = 20;

    // Limits of queues that a person must inspect. The oldest messages are dropped first, so the rest shows what fails now.
    private const int MaxAside = 10_000;
    private const int MaxBytesAside = 64 * 1024 * 1024;

    public static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, int deliveryLimit)
    {
        endpoint.SetQuorumQueue();

        // Failed messages go to the error queue; nobody consumes fault events.
        endpoint.PublishFaults = false;
        if (queue == QueueNames.Poison)
        {
            Bound(endpoint);
            return;
        }

        foreach (var (name, value) in Arguments(queue, deliveryLimit)) endpoint.SetQueueArgument(name, value);
        if (!IsWork(queue))
        {
            endpoint.BindDeadLetterQueue(DeadLetters, QueueNames.Poison, dead =>
            {
                dead.SetQuorumQueue();
                Bound(dead);
            });
            return;
        }

        // The API binds the queue and declares the dead-letter exchange.
        endpoint.ConfigureConsumeTopology = false;
        endpoint.BindQueue = false;

        // If a worker cannot publish its outcome, it returns the request: the broker redelivers it at once and counts the delivery. In an error
        // queue nobody would see it, and its row would wait for the rescue of stalled work.
        endpoint.RethrowFaultedMessages();
    }

    public static void Bind<T>(IRabbitMqMessagePublishTopologyConfigurator<T> publish, string queue, int deliveryLimit)
        where T : class => publish.BindQueue(publish.Exchange.ExchangeName, queue, bound =>
        {
            bound.SetQuorumQueue();
            foreach (var (name, value) in Arguments(queue, deliveryLimit)) bound.SetQueueArgument(name, value);
        });

    /// <summary>Limits a queue of failed messages, so that it cannot fill the broker's disk.</summary>
    public static void Bound(IRabbitMqQueueConfigurator queue)
    {
        // MassTransit copies the arguments of the main queue to its error queue. Null removes them, because messages dropped here must not
        // return as poison, and a worker may not name the dead-letter exchange.
        queue.SetQueueArgument("x-dead-letter-exchange", null);
        queue.SetQueueArgument("x-delivery-limit", null);
        queue.SetQueueArgument("x-max-length", MaxAside);
        queue.SetQueueArgument("x-max-length-bytes", MaxBytesAside);
        queue.SetQueueArgument("x-overflow", "drop-head");
        queue.SetExchangeArgument("alternate-exchange", null);
    }

    private static IEnumerable<(string Name, object Value)> Arguments(string queue, int deliveryLimit) =>
    [
        ("x-delivery-limit", Redeliveries(queue, deliveryLimit)),
        ("x-dead-letter-exchange", DeadLetters),
    ];

    private static bool IsWork(string queue) => queue is QueueNames.Uploads or QueueNames.Reprocess or QueueNames.Suspects or QueueNames.Rescans;

    // RabbitMQ's limit does not count the first delivery, and the suspects queue makes the last one: hence deliveryLimit - 2.
    private static int Redeliveries(string queue, int deliveryLimit) => queue switch
    {
        QueueNames.Uploads or QueueNames.Reprocess or QueueNames.Rescans => deliveryLimit - 2,
        QueueNames.Suspects => 0,
        _ => OutcomeRedeliveries,
    };
}
