using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;

namespace Pipeline.Assets.Rescans;

/// <summary>
/// Counts what rescans found. The row of the item in work ends in the same transaction, so an answer that arrives twice counts once. Only malware
/// withdraws an asset.
/// </summary>
public sealed class RescanOutcomes(
    AssetDbContext db, RescanHits hits, RetryPolicy retries, SweepSignal<RunFeeder> feeder, SweepSignal<RescanDispatcher> dispatcher, TimeProvider time, ILogger<RescanOutcomes> logger)
{
    // Other faults stay: the bytes or the scanner's limits are what they are.
    private static readonly string[] Transient = [FailureCode.ScannerUnavailable, FailureCode.StorageUnavailable, FailureCode.WorkerOverloaded, FailureCode.WorkerLost, FailureCode.Internal];

    // A file that kills workers must not kill as many as another fault may take attempts.
    private const int MaxLostWorkers = 3;

    public async Task TakeAsync(RescanEnded answer, CancellationToken cancellationToken)
    {
        var taken = answer.Verdict switch
        {
            RescanVerdict.Infected => await hits.TakeAsync(answer.RunId, answer.AssetId, new RescanFinding(answer.Signature!, answer.Scanner!), cancellationToken),
            RescanVerdict.Clean => await CleanAsync(answer, cancellationToken),
            _ => await FailAsync(answer.RunId, answer.AssetId, answer.Attempt, answer.Code!, cancellationToken),
        };
        if (!taken) logger.RescanDropped(answer.AssetId, answer.RunId, answer.Attempt);
        feeder.Raise();
    }

    /// <summary>Tries once more, later, or counts the asset as failed. It stays published.</summary>
    /// <returns>False if this attempt is not in work any more.</returns>
    public async Task<bool> FailAsync(Guid run, Guid asset, int attempt, string code, CancellationToken cancellationToken)
    {
        var (now, mine) = (time.GetUtcNow(), RescanItems.InWork(db, run, asset).Where(i => i.Attempt == attempt));
        if (Transient.Contains(code) && !(code == FailureCode.WorkerLost && attempt >= MaxLostWorkers) && retries.DelayAfter(attempt) is { } delay)
        {
            var again = await mine.ExecuteUpdateAsync(
                row => row
                    .SetProperty(i => i.Attempt, attempt + 1).SetProperty(i => i.Code, code)
                    .SetProperty(i => i.DispatchAt, now + delay).SetProperty(i => i.SentAt, (DateTimeOffset?)null),
                cancellationToken);
            dispatcher.Raise();
            return again == 1;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var status = await StatusAsync(asset, cancellationToken);
        var isFailed = status == AssetStatus.Ready;
        var ended = isFailed
            ? await mine.ExecuteUpdateAsync(
                row => row
                    .SetProperty(i => i.Outcome, RunResult.Failed).SetProperty(i => i.Code, code)
                    .SetProperty(i => i.EndedAt, now).SetProperty(i => i.DispatchAt, (DateTimeOffset?)null),
                cancellationToken)
            : await mine.ExecuteDeleteAsync(cancellationToken);
        if (ended != 1) return false;
        await RunCounts.AddAsync(db, [isFailed ? RunCounts.Of(run, now, RunResult.Failed, code, 1) : Skipped(run, status, now)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (isFailed) AssetMetrics.Rescanned(RescanVerdict.Failed);
        return true;
    }

    /// <summary>For a bus that loses its messages when it stops: what workers had is sent again, as another attempt.</summary>
    public async Task ReturnAllAsync(CancellationToken cancellationToken)
    {
        var sent = await RescanItems.InWork(db).AsNoTracking().Where(i => i.SentAt != null).Select(i => new { i.RunId, i.AssetId, i.Attempt }).ToListAsync(cancellationToken);
        foreach (var item in sent) await FailAsync(item.RunId, item.AssetId, item.Attempt, FailureCode.WorkerLost, cancellationToken);
        var now = time.GetUtcNow();
        await RescanItems.InWork(db).Where(i => i.DispatchAt != null && i.Code == FailureCode.WorkerLost).ExecuteUpdateAsync(row => row.SetProperty(i => i.DispatchAt, now), cancellationToken);
    }

    /// <summary>A message about this rescan became a dead letter: publishes it again. False if it is not in work.</summary>
    public async Task<bool> ReturnAsync(Guid run, Guid asset, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await RescanItems.InWork(db, run, asset).ExecuteUpdateAsync(row => row.SetProperty(i => i.DispatchAt, now).SetProperty(i => i.SentAt, (DateTimeOffset?)null), cancellationToken);
        dispatcher.Raise();
        return due == 1;
    }

    internal static RunCount Skipped(Guid run, AssetStatus? status, DateTimeOffset now) =>
        RunCounts.Of(run, now, RunResult.Skipped, status is { } known ? AssetView.Word(known) : RunSkip.NotFound, 1);

    private async Task<bool> CleanAsync(RescanEnded answer, CancellationToken cancellationToken)
    {
        var (now, signatures) = (time.GetUtcNow(), SignatureVersion.Of(answer.Scanner));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await RescanItems.InWork(db, answer.RunId, answer.AssetId).ExecuteDeleteAsync(cancellationToken) != 1) return false;
        var row = db.Assets.Where(a => a.Id == answer.AssetId && a.Status == AssetStatus.Ready);

        // Not a new version of the row: nothing that anyone sees has changed.
        var isReady = await row.ExecuteUpdateAsync(a => a.SetProperty(x => x.ScannedAt, now).SetProperty(x => x.ScannedWith, signatures), cancellationToken) == 1;
        var count = isReady
            ? RunCounts.Of(answer.RunId, now, RunResult.Done, "", 1, await row.Select(a => a.Size).SingleAsync(cancellationToken))
            : Skipped(answer.RunId, await StatusAsync(answer.AssetId, cancellationToken), now);
        await RunCounts.AddAsync(db, [count], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (isReady) AssetMetrics.Rescanned(RescanVerdict.Clean);
        return true;
    }

    private Task<AssetStatus?> StatusAsync(Guid asset, CancellationToken cancellationToken) =>
        db.Assets.Where(a => a.Id == asset).Select(a => (AssetStatus?)a.Status).SingleOrDefaultAsync(cancellationToken);
}
