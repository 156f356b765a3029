using MassTransit;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Rescans;
using Pipeline.Contracts;

namespace Pipeline.Assets.Outcomes;

/// <summary>
/// Consumes requests that a broker with a delivery limit has dead-lettered: each counts as a failed attempt, so none is lost.
/// </summary>
public sealed class PoisonConsumer(OutcomeWriter writer, RetryPolicy retries, RescanOutcomes rescans, TimeProvider time)
    : IConsumer<UploadConfirmed>, IConsumer<ReprocessRequested>, IConsumer<SuspectRequested>, IConsumer<RescanRequested>
{
    public Task Consume(ConsumeContext<RescanRequested> context)
    {
        OutcomeCheck.Check(context.Message);
        return rescans.FailAsync(context.Message.RunId, context.Message.AssetId, context.Message.Attempt, FailureCode.WorkerLost, context.CancellationToken);
    }

    public Task Consume(ConsumeContext<UploadConfirmed> context) => TakeBackAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ReprocessRequested> context) => TakeBackAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<SuspectRequested> context) => TakeBackAsync(context.Message, context.CancellationToken);

    private Task TakeBackAsync(ProcessingRequest request, CancellationToken cancellationToken)
    {
        OutcomeCheck.Check(request);
        return writer.WriteAsync(
            request.AssetId,
            request.Revision,
            "Poison",
            asset => asset.TakeBackPoison(request.Revision, request.Attempt, retries, time.GetUtcNow()),
            cancellationToken);
    }
}

/// <summary>The queue behind the dead-letter exchange.</summary>
internal sealed class PoisonConsumerDefinition : OutcomeConsumerDefinition<PoisonConsumer>
{
    public PoisonConsumerDefinition() => EndpointName = QueueNames.Poison;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PoisonConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        // Only the dead-letter exchange may feed this queue: bound to its message types, it would get every request.
        endpointConfigurator.ConfigureConsumeTopology = false;
        base.ConfigureConsumer(endpointConfigurator, consumerConfigurator, context);
    }
}
