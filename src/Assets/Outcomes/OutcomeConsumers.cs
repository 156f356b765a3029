using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Uploads;
using Pipeline.Contracts;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.Assets.Outcomes;

/// <summary>
/// Checks one kind of outcome and writes it into the row: compare-and-set by revision, so that it can arrive late, twice or out of order.
/// </summary>
public sealed class ProcessingStartedConsumer(OutcomeWriter writer, TimeProvider time) : IConsumer<ProcessingStarted>
{
    public Task Consume(ConsumeContext<ProcessingStarted> context)
    {
        OutcomeCheck.Check(context.Message);
        return writer.WriteAsync(
            context.Message.AssetId,
            context.Message.Revision,
            nameof(ProcessingStarted),
            asset => asset.Started(context.Message, time.GetUtcNow()),
            context.CancellationToken);
    }
}

/// <summary>
/// Records that a worker is alive: one narrow update, no line in the timeline. A report on an outdated request changes nothing. A step only
/// goes to people who watch.
/// </summary>
public sealed class ProcessingContinuesConsumer(AssetStore store, IStepSignal steps, TimeProvider time) : IConsumer<ProcessingContinues>
{
    public Task Consume(ConsumeContext<ProcessingContinues> context)
    {
        OutcomeCheck.Check(context.Message);
        return context.Message.Step is { } step
            ? TellAsync(context.Message, step, context.CancellationToken)
            : store.HeardOfAsync(context.Message.AssetId, context.Message.Revision, context.Message.Attempt, time.GetUtcNow(), context.CancellationToken);
    }

    internal async Task TellAsync(ProcessingContinues message, string step, CancellationToken cancellationToken)
    {
        // During its first revision an asset has nothing to show, so most steps need no read.
        var status = message.Revision > 1 ? await store.StatusAsync(message.AssetId, cancellationToken) : null;
        await steps.ReportAsync(new StepReport(message.AssetId, message.Revision, step, status ?? AssetStatus.Processing), cancellationToken);
    }
}

/// <inheritdoc cref="ProcessingStartedConsumer" />
public sealed class AssetReadyConsumer(
    OutcomeWriter writer, IOptions<CleanupOptions> tidying, IOptions<UploadOptions> uploads, TimeProvider time) : IConsumer<AssetReady>
{
    public Task Consume(ConsumeContext<AssetReady> context)
    {
        OutcomeCheck.Check(context.Message);
        return writer.WriteAsync(
            context.Message.AssetId,
            context.Message.Revision,
            nameof(AssetReady),
            context.Message.Attempt,
            context.Message.TraceContext,
            asset => asset.MarkReady(
                context.Message, time.GetUtcNow(), TimeSpan.FromSeconds(tidying.Value.KeepSupersededSeconds), TimeSpan.FromHours(uploads.Value.TemporaryHours)),
            context.CancellationToken);
    }
}

/// <inheritdoc cref="ProcessingStartedConsumer" />
public sealed class AssetRejectedConsumer(OutcomeWriter writer, TimeProvider time) : IConsumer<AssetRejected>
{
    public Task Consume(ConsumeContext<AssetRejected> context)
    {
        OutcomeCheck.Check(context.Message);
        return writer.WriteAsync(
            context.Message.AssetId,
            context.Message.Revision,
            nameof(AssetRejected),
            context.Message.Attempt,
            context.Message.TraceContext,
            asset => asset.Reject(context.Message, time.GetUtcNow()),
            context.CancellationToken);
    }
}

/// <inheritdoc cref="ProcessingStartedConsumer" />
public sealed class ProcessingFailedConsumer(OutcomeWriter writer, RetryPolicy retries, TimeProvider time) : IConsumer<ProcessingFailed>
{
    public Task Consume(ConsumeContext<ProcessingFailed> context)
    {
        OutcomeCheck.Check(context.Message);
        return writer.WriteAsync(
            context.Message.AssetId,
            context.Message.Revision,
            nameof(ProcessingFailed),
            context.Message.Attempt,
            context.Message.TraceContext,
            asset => asset.AttemptFailed(context.Message, retries, time.GetUtcNow()),
            context.CancellationToken);
    }
}

/// <summary>Writes outcomes for the consumers and signals the sweeps.</summary>
public sealed class OutcomeWriter(
    AssetStore store, SweepSignal<Dispatcher> dispatcher, SweepSignal<ObjectCleanup> cleanup, TimeProvider time, ILogger<OutcomeWriter> logger,
    SweepSignal<RunFeeder>? runs = null)
{
    /// <summary>Writes the end of an attempt, and before it the begin if that is not recorded: each is a change of its own, so that its event shows its own state.</summary>
    public async Task WriteAsync(Guid assetId, int revision, string outcome, int attempt, string? traceContext, Func<Asset, bool> change, CancellationToken cancellationToken)
    {
        using var scope = logger.BeginWork(traceContext, assetId);
        using var span = WorkTrace.StartMessage("process", QueueNames.Outcomes, traceContext, assetId, revision, attempt)?.SetTag("pipeline.message", outcome);
        var begun = false;
        bool BeginOrEnd(Asset asset)
        {
            begun = asset.BeginUnlessBegun(revision, attempt, time.GetUtcNow());
            return begun || change(asset);
        }

        try
        {
            await WriteAsync(assetId, revision, outcome, BeginOrEnd, cancellationToken);
            if (begun) await WriteAsync(assetId, revision, outcome, change, cancellationToken);
        }
        catch (Exception e) when (FaultFacts.Note(e, new FaultFacts(assetId, ContentType: null, Size: null, traceContext)))
        {
            throw;
        }
    }

    public async Task WriteAsync(Guid assetId, int revision, string outcome, Func<Asset, bool> change, CancellationToken cancellationToken)
    {
        var written = await store.ChangeAsync(assetId, change, cancellationToken);
        switch (written)
        {
            case null:
                logger.OutcomeDropped(outcome, assetId, revision, "there is no such asset");
                return;
            case (_, true):
                logger.OutcomeTaken(outcome, assetId, revision);
                System.Diagnostics.Activity.Current?.SetTag("pipeline.status", written?.Asset.Status.ToString().ToLowerInvariant());
                break;
            case (var asset, false):
                logger.OutcomeDropped(outcome, assetId, revision, $"the row is {asset.Status} at revision {asset.Revision}");

                // The worker may have written objects that the row does not name, or writes them from now on and dies without a word.
                var at = outcome == nameof(ProcessingStarted) ? time.GetUtcNow() + AssetCleanup.SilentWorkers : time.GetUtcNow();
                await store.ChangeAsync(assetId, row => row.FindObjects(at), cancellationToken);
                break;
        }

        cleanup.Raise();

        // The owner's next request may be due now.
        if (outcome != nameof(ProcessingStarted)) dispatcher.Raise();

        // A run may have room for its next asset; a first revision is never part of one.
        if (outcome != nameof(ProcessingStarted) && revision > 1) runs?.Raise();
    }
}
