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

    public static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, int deliveryLimit)
    {
        endpoint.SetQuorumQueue();
        if (queue == QueueNames.Poison) return;
        foreach (var (name, value) in Arguments(deliveryLimit)) endpoint.SetQueueArgument(name, value);
        endpoint.BindDeadLetterQueue(DeadLetters, QueueNames.Poison, dead => dead.SetQuorumQueue());
    }

    public static void Bind<T>(IRabbitMqMessagePublishTopologyConfigurator<T> publish, string queue, int deliveryLimit)
        where T : class => publish.BindQueue(publish.Exchange.ExchangeName, queue, bound =>
        {
            bound.SetQuorumQueue();
            foreach (var (name, value) in Arguments(deliveryLimit)) bound.SetQueueArgument(name, value);
        });

    private static IEnumerable<(string Name, object Value)> Arguments(int deliveryLimit) =>
    [
        ("x-delivery-limit", deliveryLimit),
        ("x-dead-letter-exchange", DeadLetters),
    ];
}
