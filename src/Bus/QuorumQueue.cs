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

    public static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, int deliveryLimit)
    {
        endpoint.SetQuorumQueue();
        if (queue == QueueNames.Poison) return;
        foreach (var (name, value) in Arguments(queue, deliveryLimit)) endpoint.SetQueueArgument(name, value);
        endpoint.BindDeadLetterQueue(DeadLetters, QueueNames.Poison, dead => dead.SetQuorumQueue());
        if (!IsWork(queue)) return;

        // A worker that cannot tell the bus what it did gives the request back: it is done again at once, and the broker counts. Put aside in an
        // error queue it would be seen by nobody, and its row would wait to be rescued.
        endpoint.RethrowFaultedMessages();
        endpoint.PublishFaults = false;
    }

    public static void Bind<T>(IRabbitMqMessagePublishTopologyConfigurator<T> publish, string queue, int deliveryLimit)
        where T : class => publish.BindQueue(publish.Exchange.ExchangeName, queue, bound =>
        {
            bound.SetQuorumQueue();
            foreach (var (name, value) in Arguments(queue, deliveryLimit)) bound.SetQueueArgument(name, value);
        });

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
