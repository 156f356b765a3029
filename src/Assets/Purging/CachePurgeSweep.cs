using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Purging;

/// <summary>
/// Purges deleted objects from the caches. A refused purge is tried again after a growing delay; after a week it is given up. Nothing else
/// waits for it.
/// </summary>
public sealed class CachePurgeSweep(AssetDbContext db, StorageAreas areas, ICachePurge cache, TimeProvider time, ILogger<CachePurgeSweep> logger) : ISweep
{
    // Keeps other instances off the rows; longer than a request may take.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(7);

    private long _rows;

    /// <inheritdoc />
    public long? Rows => _rows;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!cache.IsNeeded) return;
        while (await ClaimAsync(cancellationToken) is { Count: > 0 } claimed)
        {
            // The cache refuses or does not answer: the rest would fare alike.
            if (!await PurgeAsync(claimed, cancellationToken)) return;
        }
    }

    private async Task<List<PendingPurge>> ClaimAsync(CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var due = await db.Purges.Where(p => p.DueAt <= now).OrderBy(p => p.DueAt).Take(Math.Max(1, cache.MaxUrls / areas.PublicBaseUrls.Count)).TagWith(AssetStore.ClaimTag).ToListAsync(cancellationToken);

        // To the microsecond, as PostgreSQL stores it, because it is compared later.
        var lease = DateTimeOffset.FromUnixTimeMilliseconds((now + Lease).ToUnixTimeMilliseconds());
        foreach (var purge in due) (purge.DueAt, purge.Attempts) = (lease, purge.Attempts + 1);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return due;
    }

    private async Task<bool> PurgeAsync(List<PendingPurge> claimed, CancellationToken cancellationToken)
    {
        var result = await TryAsync([.. claimed.SelectMany(p => areas.PublicUrls(ObjectKey.Parse(p.Key)))], cancellationToken);
        var (keys, lease, now) = (claimed.ConvertAll(p => p.Key), claimed[0].DueAt, time.GetUtcNow());

        // A row that was requested again meanwhile has another time, and stays.
        var mine = db.Purges.Where(p => keys.Contains(p.Key) && p.DueAt == lease);
        if (result is not PurgeResult.Refused refused)
        {
            _rows += await mine.ExecuteDeleteAsync(cancellationToken);
            return true;
        }

        logger.PurgeRefused(claimed.Count, refused.Why);
        var abandoned = await mine.Where(p => p.CreatedAt <= now - GiveUpAfter).ExecuteDeleteAsync(cancellationToken);
        if (abandoned > 0) logger.PurgeAbandoned(abandoned);
        var retryAt = now + DelayAfter(claimed.Max(p => p.Attempts), refused.RetryAfter);
        await mine.ExecuteUpdateAsync(row => row.SetProperty(p => p.DueAt, retryAt), cancellationToken);
        return false;
    }

    private async Task<PurgeResult> TryAsync(Uri[] urls, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.PurgeAsync(urls, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The message names the host only; a timeout is reported as a cancellation.
            return new PurgeResult.Refused(e is HttpRequestException ? e.Message : "no answer in time");
        }
    }

    private static TimeSpan DelayAfter(int attempts, TimeSpan? asked)
    {
        var own = attempts > 12 ? LongestDelay : FirstDelay * Math.Pow(2, attempts - 1);
        var delay = asked > own ? asked.Value : own;
        return delay < LongestDelay ? delay : LongestDelay;
    }
}
