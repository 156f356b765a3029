using MassTransit;
using Pipeline.Contracts;
using RabbitMQ.Client;

namespace Pipeline.Bus.Outcomes;

/// <summary>
/// How an outcome reaches its lane. A worker with one lane publishes to the exchange of the message's type, which feeds lane 0. A worker with more
/// publishes to <see cref="OutcomeLanes.Exchange"/>. No binding is ever moved, so no setting of any host loses or doubles a message.
/// </summary>
internal static class LaneRouting
{
    private const string AlternateExchange = "alternate-exchange";

    /// <summary>
    /// Declares the exchange of lanes and binds lane 0 to it. An API does this with any setting, since a worker may have another. It does so
    /// apart from the bus: a user without this right must not keep the API from its outcomes.
    /// </summary>
    public static async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(QueueNames.Outcomes, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(
            OutcomeLanes.Exchange, ExchangeType.Direct, durable: true, autoDelete: false, new Dictionary<string, object?> { [AlternateExchange] = QueueNames.Outcomes }, cancellationToken: cancellationToken);
        await channel.ExchangeBindAsync(QueueNames.Outcomes, OutcomeLanes.Exchange, OutcomeLanes.KeyOf(0), cancellationToken: cancellationToken);
    }

    /// <summary>Binds a further lane.</summary>
    public static void BindLane(this IRabbitMqReceiveEndpointConfigurator endpoint, int lane)
    {
        endpoint.Bind(OutcomeLanes.Exchange, binding =>
        {
            binding.ExchangeType = ExchangeType.Direct;
            binding.RoutingKey = OutcomeLanes.KeyOf(lane);
            binding.SetExchangeArgument(AlternateExchange, QueueNames.Outcomes);
        });

        // A lane whose queue was deleted passes its messages on as well.
        endpoint.SetExchangeArgument(AlternateExchange, QueueNames.Outcomes);
    }

    /// <summary>Sends the outcomes of a worker to the exchange of lanes; call it before the messages' publish topology is used.</summary>
    public static void PublishToLanes(this IRabbitMqBusFactoryConfigurator rabbit)
    {
        rabbit.Message<ProcessingStarted>(m => m.SetEntityName(OutcomeLanes.Exchange));
        rabbit.Message<ProcessingContinues>(m => m.SetEntityName(OutcomeLanes.Exchange));
        rabbit.Message<AssetReady>(m => m.SetEntityName(OutcomeLanes.Exchange));
        rabbit.Message<AssetRejected>(m => m.SetEntityName(OutcomeLanes.Exchange));
        rabbit.Message<ProcessingFailed>(m => m.SetEntityName(OutcomeLanes.Exchange));
        rabbit.Message<RescanEnded>(m => m.SetEntityName(OutcomeLanes.Exchange));
    }
}
