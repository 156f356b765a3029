using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Bus.Outcomes;
using Pipeline.Contracts;
using Pipeline.Hosting.Telemetry;
using Pipeline.Processor.Processing;

namespace Pipeline.Processor.Messaging;

/// <summary>Consumes uploads, which users wait for.</summary>
public sealed class UploadConfirmedConsumer(ProcessingRunner runner, InteractivePriorityGate priorityGate) : IConsumer<UploadConfirmed>
{
    public Task Consume(ConsumeContext<UploadConfirmed> context) =>
        priorityGate.ForPersonAsync(() => runner.RunAsync(context.Message, context, context.CancellationToken));
}

/// <summary>Consumes reprocessings, which give way to uploads.</summary>
public sealed class ReprocessRequestedConsumer(ProcessingRunner runner, InteractivePriorityGate priorityGate, BackgroundPlaces places) : IConsumer<ReprocessRequested>
{
    public async Task Consume(ConsumeContext<ReprocessRequested> context)
    {
        await priorityGate.YieldAsync(context.CancellationToken);
        await places.ForReprocessAsync(() => runner.RunAsync(context.Message, context, context.CancellationToken), context.CancellationToken);
    }
}

/// <summary>Consumes suspects: requests whose last attempt ended with a lost worker.</summary>
public sealed class SuspectRequestedConsumer(ProcessingRunner runner) : IConsumer<SuspectRequested>
{
    public Task Consume(ConsumeContext<SuspectRequested> context) => runner.RunAloneAsync(context.Message, context, context.CancellationToken);
}

/// <summary>Runs a request and publishes its messages; no other class of the worker publishes outcomes.</summary>
public sealed class ProcessingRunner(
    AssetProcessor processor, IOptions<MessagingOptions> options, TimeProvider time, ILogger<ProcessingRunner> logger, OutcomeRouter? router = null) : IDisposable
{
    private readonly ExclusiveGate _exclusiveGate = new(options.Value.Concurrency + options.Value.ReprocessConcurrency);

    public async Task RunAsync(ProcessingRequest request, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        var publisher = new OutcomePublisher(bus, router?.RouteOf(request.AssetId), options.Value, time);
        await using var signals = Signals(request, publisher, cancellationToken);
        using (await _exclusiveGate.EnterSharedAsync(cancellationToken))
        {
            await ProcessAsync(request, signals, publisher, cancellationToken);
        }
    }

    /// <summary>Processes a request while the worker runs no other one.</summary>
    public async Task RunAloneAsync(ProcessingRequest request, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        var publisher = new OutcomePublisher(bus, router?.RouteOf(request.AssetId), options.Value, time);
        await using var signals = Signals(request, publisher, cancellationToken);
        using (await _exclusiveGate.EnterExclusiveAsync(cancellationToken))
        {
            // Report the start first: if the worker crashes, the API must know that the request had begun. No other work delays it now.
            await signals.StartedAsync();
            await ProcessAsync(request, signals, publisher, cancellationToken);
        }
    }

    /// <summary>Enters beside other work, so that a suspect runs alone; dispose the result to leave.</summary>
    public Task<IDisposable> EnterSharedAsync(CancellationToken cancellationToken) => _exclusiveGate.EnterSharedAsync(cancellationToken);

    public void Dispose() => _exclusiveGate.Dispose();

    private async Task ProcessAsync(ProcessingRequest request, WorkSignals signals, OutcomePublisher publisher, CancellationToken cancellationToken)
    {
        using var scope = logger.BeginWork(request.TraceContext, request.AssetId, request.Source.ClaimedType, request.Source.Size);
        using var span = WorkTrace.StartMessage("process", QueueOf(request), request.TraceContext, request.AssetId, request.Revision, request.Attempt)
            ?.SetTag("pipeline.source.size", request.Source.Size);
        try
        {
            var outcome = await processor.ProcessAsync(request, signals.Begin, signals.ReportStep, cancellationToken);
            span?.SetTag("pipeline.outcome", outcome.Word).SetTag("pipeline.code", outcome.Code);

            // Report the start also for a file that was refused before rendering, so that its timeline names the worker.
            await signals.StartedAsync();
            await publisher.PublishAsync(outcome.Message, cancellationToken);
        }
        catch (Exception e) when (FaultFacts.Note(e, new FaultFacts(request.AssetId, request.Source.ClaimedType, request.Source.Size, request.TraceContext)))
        {
            throw;
        }
    }

    private static string QueueOf(ProcessingRequest request) => request switch
    {
        SuspectRequested => QueueNames.Suspects,
        ReprocessRequested => QueueNames.Reprocess,
        _ => QueueNames.Uploads,
    };

    private WorkSignals Signals(ProcessingRequest request, OutcomePublisher publisher, CancellationToken cancellationToken)
    {
        var interval = TimeSpan.FromSeconds(options.Value.HeartbeatSeconds);
        var signals = new WorkSignals(request, publisher.PublishAsync, interval, time, logger, cancellationToken);
        signals.BeginHeartbeat();
        return signals;
    }
}

/// <summary>The worker's name in timelines.</summary>
internal static class Worker
{
    public static string Name { get; } = $"{Environment.MachineName} ({typeof(Worker).Assembly.GetName().Version?.ToString(3)})";

    /// <summary>Id of this process.</summary>
    public static Guid Instance { get; } = Guid.NewGuid();
}

/// <summary>Queue and concurrency of the uploads. The name is pinned: it is part of the wire format.</summary>
public sealed class UploadConfirmedConsumerDefinition : ConsumerDefinition<UploadConfirmedConsumer>
{
    public const string QueueName = QueueNames.Uploads;

    public UploadConfirmedConsumerDefinition(IOptions<MessagingOptions> options)
    {
        EndpointName = QueueName;
        ConcurrentMessageLimit = options.Value.Concurrency;

        // Prefetch no more than is processed at once: another worker cannot take a message that this one holds.
        Endpoint(endpoint => endpoint.PrefetchCount = options.Value.Concurrency);
    }
}

/// <summary>Queue and concurrency of the reprocessings. The name is pinned: it is part of the wire format.</summary>
public sealed class ReprocessRequestedConsumerDefinition : ConsumerDefinition<ReprocessRequestedConsumer>
{
    public const string QueueName = QueueNames.Reprocess;

    public ReprocessRequestedConsumerDefinition(IOptions<MessagingOptions> options)
    {
        EndpointName = QueueName;
        ConcurrentMessageLimit = options.Value.ReprocessConcurrency;

        // Prefetch no more than is processed at once: another worker cannot take a message that this one holds.
        Endpoint(endpoint => endpoint.PrefetchCount = options.Value.ReprocessConcurrency);
    }
}

/// <summary>Queue and concurrency of the suspects. The name is pinned: it is part of the wire format.</summary>
public sealed class SuspectRequestedConsumerDefinition : ConsumerDefinition<SuspectRequestedConsumer>
{
    public const string QueueName = QueueNames.Suspects;

    public SuspectRequestedConsumerDefinition()
    {
        EndpointName = QueueName;

        // One at a time: if a suspect crashes the worker, a second one held at that moment would be set aside with it.
        ConcurrentMessageLimit = 1;
        Endpoint(endpoint => endpoint.PrefetchCount = 1);
    }
}
