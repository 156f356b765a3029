using MassTransit;
using Microsoft.Extensions.Options;
using Pipeline.Bus.Outcomes;
using Pipeline.Contracts;
using Pipeline.Hosting.Telemetry;
using Pipeline.Processor.Rescanning;

namespace Pipeline.Processor.Messaging;

/// <summary>Consumes rescans, which give way to uploads and reprocessings.</summary>
public sealed class RescanRequestedConsumer(
    Rescan rescan, ProcessingRunner runner, BackgroundPlaces places, InteractivePriorityGate priorityGate, IOptions<MessagingOptions> options, TimeProvider time,
    OutcomeRouter? router = null) : IConsumer<RescanRequested>
{
    public async Task Consume(ConsumeContext<RescanRequested> context)
    {
        await priorityGate.YieldAsync(context.CancellationToken);
        await places.ForRescanAsync(() => RunAsync(context), context.CancellationToken);
    }

    private async Task RunAsync(ConsumeContext<RescanRequested> context)
    {
        var (request, cancellationToken) = (context.Message, context.CancellationToken);
        using var span = WorkTrace.StartMessage("process", QueueNames.Rescans, request.TraceContext, request.AssetId, revision: 0, request.Attempt)
            ?.SetTag("pipeline.source.size", request.Source.Size);
        RescanEnded answer;
        using (await runner.EnterSharedAsync(cancellationToken)) answer = await rescan.RunAsync(request, cancellationToken);
        span?.SetTag("pipeline.outcome", answer.Verdict).SetTag("pipeline.code", answer.Code);
        await new OutcomePublisher(context, router?.RouteOf(request.AssetId), options.Value, time).PublishAsync(answer, cancellationToken);
    }
}

/// <summary>Queue and concurrency of the rescans. The name is pinned: it is part of the wire format.</summary>
public sealed class RescanRequestedConsumerDefinition : ConsumerDefinition<RescanRequestedConsumer>
{
    public const string QueueName = QueueNames.Rescans;

    public RescanRequestedConsumerDefinition(IOptions<MessagingOptions> options)
    {
        EndpointName = QueueName;

        // One place stays for reprocessings, if there are several.
        var places = Math.Max(1, options.Value.ReprocessConcurrency - 1);
        ConcurrentMessageLimit = places;
        Endpoint(endpoint => endpoint.PrefetchCount = places);
    }
}
