using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.UploadApi.Outcomes;

/// <summary>The one queue of outcomes and how it is consumed.</summary>
public abstract class OutcomeEndpoint<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    /// <summary>Pinned: part of the wire format, never derived from a class name.</summary>
    public const string QueueName = QueueNames.Outcomes;

    protected OutcomeEndpoint() => EndpointName = QueueName;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<TConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        // Heals a busy or restarting database. What is still failing then is not lost: the row is rescued and the work done again.
        consumerConfigurator.UseMessageRetry(r => r.Exponential(
            6, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200)));
    }
}

internal sealed class ProcessingStartedEndpoint : OutcomeEndpoint<ProcessingStartedConsumer>;

internal sealed class AssetReadyEndpoint : OutcomeEndpoint<AssetReadyConsumer>;

internal sealed class AssetRejectedEndpoint : OutcomeEndpoint<AssetRejectedConsumer>;

internal sealed class ProcessingFailedEndpoint : OutcomeEndpoint<ProcessingFailedConsumer>;
