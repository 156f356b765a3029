using MassTransit;
using Pipeline.Assets.Outcomes;
using Pipeline.Contracts;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.Assets.Rescans;

/// <summary>Takes the answers of rescans.</summary>
public sealed class RescanEndedConsumer(RescanOutcomes outcomes) : IConsumer<RescanEnded>
{
    public async Task Consume(ConsumeContext<RescanEnded> context)
    {
        OutcomeCheck.Check(context.Message);
        using var span = WorkTrace.StartMessage("process", QueueNames.Outcomes, context.Message.TraceContext, context.Message.AssetId, RescanItems.NoRevision, context.Message.Attempt)
            ?.SetTag("pipeline.message", nameof(RescanEnded));
        await outcomes.TakeAsync(context.Message, context.CancellationToken);
    }
}

internal sealed class RescanEndedConsumerDefinition : OutcomeConsumerDefinition<RescanEndedConsumer>;
