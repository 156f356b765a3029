using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

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
/// Records that a worker is alive: one narrow update, no line in the timeline. A report on an outdated request changes nothing.
/// </summary>
public sealed class ProcessingContinuesConsumer(AssetStore store, TimeProvider time) : IConsumer<ProcessingContinues>
{
    public Task Consume(ConsumeContext<ProcessingContinues> context)
    {
        OutcomeCheck.Check(context.Message);
        return store.HeardOfAsync(
            context.Message.AssetId, context.Message.Revision, context.Message.Attempt, time.GetUtcNow(), context.CancellationToken);
    }
}

/// <inheritdoc cref="ProcessingStartedConsumer" />
public sealed class AssetReadyConsumer(OutcomeWriter writer, IOptions<CleanupOptions> tidying, TimeProvider time) : IConsumer<AssetReady>
{
    public Task Consume(ConsumeContext<AssetReady> context)
    {
        OutcomeCheck.Check(context.Message);
        return writer.WriteAsync(
            context.Message.AssetId,
            context.Message.Revision,
            nameof(AssetReady),
            asset => asset.MarkReady(context.Message, time.GetUtcNow(), TimeSpan.FromSeconds(tidying.Value.KeepSupersededSeconds)),
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
            asset => asset.AttemptFailed(context.Message, retries, time.GetUtcNow()),
            context.CancellationToken);
    }
}

/// <summary>Writes outcomes for the consumers and signals the sweeps.</summary>
public sealed class OutcomeWriter(
    AssetStore store, SweepSignal<Dispatcher> dispatcher, SweepSignal<ObjectCleanup> cleanup, TimeProvider time, ILogger<OutcomeWriter> logger)
{
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
                break;
            case (var asset, false):
                logger.OutcomeDropped(outcome, assetId, revision, $"the row is {asset.Status} at revision {asset.Revision}");

                // The worker may have written objects that the row does not need.
                if (outcome != nameof(ProcessingStarted)) await store.ChangeAsync(assetId, row => row.TidyFrom(time.GetUtcNow()), cancellationToken);
                break;
        }

        cleanup.Raise();

        // The owner's next request may be due now.
        if (outcome != nameof(ProcessingStarted)) dispatcher.Raise();
    }
}
