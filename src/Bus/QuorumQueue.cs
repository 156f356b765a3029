using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.Bus;

/// <summary>
/// The arguments of our queues, in one place because whoever declares a queue first must declare it like everyone else. Delivery limit and
/// dead-letter exchange are explicit: RabbitMQ 3 has no limit, and 4 drops a message after 20 deliveries if there is no such exchange.
/// </summary>
internal static class QuorumQueue
{
    private const string DeadLetters = "pipeline-dead-letters";

    // Outcomes kill nobody; a front door that is killed over and over must still not lose one.
    private const int OutcomeRedeliveries = 20;

    // Of a queue that somebody has to look into. The oldest go first: what is left tells what goes wrong now.
    private const int MaxAside = 10_000;
    private const int MaxBytesAside = 64 * 1024 * 1024;

    public static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, int deliveryLimit)
    {
        endpoint.SetQuorumQueue();

        // A fault is in the error queue; nobody waits to be told of it.
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

        // The API binds it, and makes the dead-letter exchange.
        endpoint.ConfigureConsumeTopology = false;
        endpoint.BindQueue = false;

        // A worker that cannot tell the bus what it did gives the request back: it is done again at once, and the broker counts. Put aside in an
        // error queue it would be seen by nobody, and its row would wait to be rescued.
        endpoint.RethrowFaultedMessages();
    }

    public static void Bind<T>(IRabbitMqMessagePublishTopologyConfigurator<T> publish, string queue, int deliveryLimit)
        where T : class => publish.BindQueue(publish.Exchange.ExchangeName, queue, bound =>
        {
            bound.SetQuorumQueue();
            foreach (var (name, value) in Arguments(queue, deliveryLimit)) bound.SetQueueArgument(name, value);
        });

    /// <summary>For queues of what was put aside: they must not fill the broker's disk, however much comes.</summary>
    public static void Bound(IRabbitMqQueueConfigurator queue)
    {
        // MassTransit gives an error queue the arguments of its own queue. What is dropped here must not come back as poison, and a worker may not
        // name the dead-letter exchange. Null removes an argument.
        queue.SetQueueArgument("x-dead-letter-exchange", null);
        queue.SetQueueArgument("x-delivery-limit", null);
        queue.SetQueueArgument("x-max-length", MaxAside);
        queue.SetQueueArgument("x-max-length-bytes", MaxBytesAside);
        queue.SetQueueArgument("x-overflow", "drop-head");
    }

    private static IEnumerable<(string Name, object Value)> Arguments(string queue, int deliveryLimit) =>
    [
        ("x-delivery-limit", Redeliveries(queue, deliveryLimit)),
        ("x-dead-letter-exchange", DeadLetters),
    ];

    private static bool IsWork(string queue) => queue is QueueNames.Uploads or QueueNames.Reprocess or QueueNames.Suspects;

    // What RabbitMQ calls a limit counts what comes after the first delivery. The last delivery of all is that of a suspect.
    private static int Redeliveries(string queue, int deliveryLimit) => queue switch
    {
        QueueNames.Uploads or QueueNames.Reprocess => deliveryLimit - 2,
        QueueNames.Suspects => 0,
        _ => OutcomeRedeliveries,
    };
}
