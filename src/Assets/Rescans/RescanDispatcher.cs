using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;
using Pipeline.Hosting.Telemetry;
using Pipeline.Storage;

namespace Pipeline.Assets.Rescans;

/// <summary>
/// Publishes the requests of rescans that are due. A claimed item is due again after a while: if its queue is empty by then and no answer has come, a
/// message got lost, and the request is published again. An answer that comes late counts, and the second one is dropped.
/// </summary>
public sealed class RescanDispatcher(
    AssetDbContext db, AssetStore store, IBus bus, IBacklog backlog, IOptions<DispatchOptions> options, SweepSignal<RunFeeder> feeder, TimeProvider time, ILogger<RescanDispatcher> logger) : ISweep
{
    internal const int AtOnce = 64;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await PostponeWaitingAsync(cancellationToken);
        while (await ClaimAsync(cancellationToken) is { Count: > 0 } claimed)
            if (!await PublishAsync(claimed, cancellationToken))
                return;
    }

    // While the queue has messages, those of these items may be among them.
    private async Task PostponeWaitingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var unanswered = RescanItems.InWork(db).Where(i => i.DispatchAt <= now && i.SentAt != null);
        if (!await unanswered.AnyAsync(cancellationToken)) return;
        if (await backlog.EmptyAsync([QueueNames.Rescans], cancellationToken) is { } empty && empty.Contains(QueueNames.Rescans)) return;
        await unanswered.ExecuteUpdateAsync(row => row.SetProperty(i => i.DispatchAt, now.AddMinutes(1)), cancellationToken);
    }

    private async Task<IReadOnlyList<RunItem>> ClaimAsync(CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Those of one page are due at the same time: the newest first.
        var due = await db.RunItems.Where(i => i.DispatchAt <= now && i.Outcome == null).OrderBy(i => i.DispatchAt).ThenByDescending(i => i.AssetId).Take(AtOnce).TagWith(AssetStore.ClaimTag).ToListAsync(cancellationToken);
        if (due.Count == 0) return due;
        foreach (var item in due) (item.SentAt, item.DispatchAt) = (now, now.AddSeconds(options.Value.UntakenSeconds));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return due;
    }

    /// <returns>Whether the bus accepted all.</returns>
    private async Task<bool> PublishAsync(IReadOnlyList<RunItem> claimed, CancellationToken cancellationToken)
    {
        var ids = claimed.Select(i => i.AssetId).ToList();
        var assets = (await store.ListAsync(db.Assets.Where(a => ids.Contains(a.Id)), cancellationToken)).ToDictionary(row => row.Id, row => row.Asset);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.PublishTimeoutSeconds));
        var sent = await Task.WhenAll(claimed.Select(item => Request(item, assets.GetValueOrDefault(item.AssetId)) is { } request
            ? TryPublishAsync(request, deadline.Token, cancellationToken)
            : Task.FromResult<bool?>(null)));
        for (var i = 0; i < claimed.Count; i++)
        {
            if (sent[i] is null) await SkipAsync(claimed[i], assets.GetValueOrDefault(claimed[i].AssetId), cancellationToken);
            else if (sent[i] == false) await GiveBackAsync(claimed[i], cancellationToken);
        }

        return !sent.Contains(false);
    }

    private static RescanRequested? Request(RunItem item, Asset? asset) =>
        asset is { Status: AssetStatus.Ready, Publication.Original: { } original } && ObjectKey.TryParse(original.Key, out _)
            ? new RescanRequested
            {
                AssetId = item.AssetId,
                RunId = item.RunId,
                Attempt = item.Attempt,
                Source = new SourceObject
                {
                    Area = SourceArea.Originals,
                    Key = original.Key,
                    ETag = original.ETag,
                    Size = original.Size,
                    Sha256 = original.Sha256,
                    ClaimedType = asset.ClaimedType,
                },
            }
            : null;

    private async Task<bool?> TryPublishAsync(RescanRequested request, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var span = WorkTrace.StartMessage("send", QueueNames.Rescans, parent: null, request.AssetId, RescanItems.NoRevision, request.Attempt);
        try
        {
            await bus.Publish(request with { TraceContext = span?.Id }, deadline).WaitAsync(deadline);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
            logger.RescanNotPublished(e, request.AssetId, request.RunId);
            return false;
        }
    }

    private Task<int> GiveBackAsync(RunItem item, CancellationToken cancellationToken)
    {
        var again = time.GetUtcNow().AddSeconds(options.Value.SweepSeconds);
        return RescanItems.InWork(db, item.RunId, item.AssetId).Where(i => i.Attempt == item.Attempt)
            .ExecuteUpdateAsync(row => row.SetProperty(i => i.DispatchAt, again).SetProperty(i => i.SentAt, (DateTimeOffset?)null), cancellationToken);
    }

    // The asset was deleted or rejected since the run took it.
    private async Task SkipAsync(RunItem item, Asset? asset, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await RescanItems.InWork(db, item.RunId, item.AssetId).ExecuteDeleteAsync(cancellationToken) != 1) return;
        var now = time.GetUtcNow();
        await RunCounts.AddAsync(
            db, [asset is { Status: AssetStatus.Ready } ? RunCounts.Of(item.RunId, now, RunResult.Skipped, RunSkip.Unreadable, 1) : RescanOutcomes.Skipped(item.RunId, asset?.Status, now)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        feeder.Raise();
    }
}
