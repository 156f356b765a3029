using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Outcomes;

/// <summary>The one queue of outcomes and how it is consumed.</summary>
public abstract class OutcomeEndpoint<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    /// <summary>Pinned: part of the wire format, never derived from a class name.</summary>
    public const string QueueName = QueueNames.Outcomes;

    // An outcome waits for its database for a quarter of an hour, well below the half hour after which a broker takes a channel for dead. What
    // still fails then is not lost: the row is rescued and the work done again. A fault that is no outage would come again each time, and
    // sixteen of them would hold all places of the queue: it goes to the error queue at once.
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3),
        .. Enumerable.Repeat(TimeSpan.FromSeconds(5), 180),
    ];

    protected OutcomeEndpoint() => EndpointName = QueueName;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<TConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        var outage = context.GetRequiredService<Outage>();
        consumerConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(outage.Is);
            retry.Intervals(Waits);
        });
    }
}

internal sealed class ProcessingStartedEndpoint : OutcomeEndpoint<ProcessingStartedConsumer>;

internal sealed class ProcessingContinuesEndpoint : OutcomeEndpoint<ProcessingContinuesConsumer>;

internal sealed class AssetReadyEndpoint : OutcomeEndpoint<AssetReadyConsumer>;

internal sealed class AssetRejectedEndpoint : OutcomeEndpoint<AssetRejectedConsumer>;

internal sealed class ProcessingFailedEndpoint : OutcomeEndpoint<ProcessingFailedConsumer>;
