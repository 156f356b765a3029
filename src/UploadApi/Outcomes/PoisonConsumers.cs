using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.UploadApi.Outcomes;

/// <summary>Takes the requests that a broker with a delivery limit has put aside: they end as failed and never vanish.</summary>
public sealed class PoisonConsumer(OutcomeWriter writer, TimeProvider time) : IConsumer<UploadConfirmed>, IConsumer<ReprocessRequested>
{
    public Task Consume(ConsumeContext<UploadConfirmed> context) => GiveUpAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ReprocessRequested> context) => GiveUpAsync(context.Message, context.CancellationToken);

    private Task GiveUpAsync(IProcessingRequest request, CancellationToken cancellationToken) => writer.WriteAsync(
        request.AssetId,
        request.Revision,
        "Poison",
        asset => asset.GiveUpOnPoison(request.Revision, request.Attempt, time.GetUtcNow()),
        cancellationToken);
}

/// <summary>The queue behind the dead-letter exchange.</summary>
internal sealed class PoisonEndpoint : OutcomeEndpoint<PoisonConsumer>
{
    public PoisonEndpoint() => EndpointName = QueueNames.Poison;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PoisonConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        // Fed by the dead-letter exchange alone: bound to its message types it would get every request.
        endpointConfigurator.ConfigureConsumeTopology = false;
        base.ConfigureConsumer(endpointConfigurator, consumerConfigurator, context);
    }
}
