using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Dispatch;

/// <summary>Computes the share of one owner from the concurrency that the workers announce each minute.</summary>
public sealed class WorkerCapacity(AssetDbContext db, IOptions<DispatchOptions> options, TimeProvider time)
{
    // The highest concurrency that a worker's options allow.
    private const int MostPlaces = 256;

    /// <summary>A worker that missed two announcements counts as gone.</summary>
    internal static readonly TimeSpan Heard = TimeSpan.FromMinutes(3);

    // The share if no worker has announced itself; a worker runs at least one request at once.
    private static readonly Share Unknown = new(2, 1);

    /// <summary>Stores or removes a worker. Throws if another instance inserts the same row at the same time: repeat the call.</summary>
    public async Task HearAsync(ProfilesAnnounced news, CancellationToken cancellationToken)
    {
        if (news.Instance is not { } id) return;
        var (now, uploads, reprocessings) = (time.GetUtcNow(), Places(news.Concurrency), Places(news.ReprocessConcurrency));
        var gone = now - Heard;
        await db.Workers.Where(w => w.HeardAt < gone || (news.IsLeaving && w.Id == id)).ExecuteDeleteAsync(cancellationToken);
        if (news.IsLeaving) return;
        var updated = await db.Workers.Where(w => w.Id == id).ExecuteUpdateAsync(
            w => w.SetProperty(x => x.Concurrency, uploads).SetProperty(x => x.ReprocessConcurrency, reprocessings).SetProperty(x => x.HeardAt, now),
            cancellationToken);
        if (updated > 0) return;

        // Otherwise a tracked row that failed to save would be saved again with the next one.
        db.ChangeTracker.Clear();
        db.Workers.Add(new AnnouncedWorker { Id = id, Concurrency = uploads, ReprocessConcurrency = reprocessings, HeardAt = now });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Most requests of one owner in flight.</summary>
    public async Task<Share> ShareAsync(CancellationToken cancellationToken)
    {
        if (options.Value.InWorkPerOwner is { } told) return new Share(told, told);
        var gone = time.GetUtcNow() - Heard;
        var workers = await db.Workers.AsNoTracking().Where(w => w.HeardAt >= gone).ToListAsync(cancellationToken);
        return workers.Count == 0
            ? Unknown
            : new Share(Math.Max(1, workers.Sum(w => w.Concurrency - 1)), Math.Max(1, workers.Sum(w => w.ReprocessConcurrency - 1)));
    }

    private static int Places(int told) => Math.Clamp(told, 1, MostPlaces);
}

/// <summary>Most requests of one owner in flight, for uploads and for reprocessings.</summary>
public sealed record Share(int Uploads, int Reprocessings);

/// <summary>A worker that announced itself recently.</summary>
public sealed class AnnouncedWorker
{
    /// <summary>Id of the worker process.</summary>
    public required Guid Id { get; init; }

    /// <summary>Uploads that it processes at once.</summary>
    public required int Concurrency { get; set; }

    /// <summary>Reprocessings that it processes at once.</summary>
    public required int ReprocessConcurrency { get; set; }

    /// <summary>Time of the last announcement by the API's clock, because a worker's clock may be wrong.</summary>
    public required DateTimeOffset HeardAt { get; set; }
}
