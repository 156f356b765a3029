using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Outcomes;

/// <summary>Configures the consumers of the one outcome queue, and their retries.</summary>
public abstract class OutcomeConsumerDefinition<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    /// <summary>Pinned: part of the wire format, never derived from a class name.</summary>
    public const string QueueName = QueueNames.Outcomes;

    // An outcome waits for the database for up to a quarter of an hour, well below the half hour after which a broker closes a channel. An
    // outcome that still fails is not lost: the row is rescued and the work is repeated. A permanent fault would fail on each retry, and
    // sixteen such messages would block the whole queue, so they go to the error queue at once.
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3),
        .. Enumerable.Repeat(TimeSpan.FromSeconds(5), 180),
    ];

    protected OutcomeConsumerDefinition() => EndpointName = QueueName;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<TConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        var transient = context.GetRequiredService<TransientFaults>();
        consumerConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(transient.Is);
            retry.Intervals(Waits);
        });
    }
}

internal sealed class ProcessingStartedConsumerDefinition : OutcomeConsumerDefinition<ProcessingStartedConsumer>;

internal sealed class ProcessingContinuesConsumerDefinition : OutcomeConsumerDefinition<ProcessingContinuesConsumer>;

internal sealed class AssetReadyConsumerDefinition : OutcomeConsumerDefinition<AssetReadyConsumer>;

internal sealed class AssetRejectedConsumerDefinition : OutcomeConsumerDefinition<AssetRejectedConsumer>;

internal sealed class ProcessingFailedConsumerDefinition : OutcomeConsumerDefinition<ProcessingFailedConsumer>;
