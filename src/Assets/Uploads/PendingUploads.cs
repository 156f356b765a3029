using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Uploads;

/// <summary>The pending uploads of one owner.</summary>
/// <param name="Count">Uploads that are not confirmed.</param>
/// <param name="Bytes">Total of their announced sizes.</param>
/// <param name="Oldest">When the oldest of them was requested.</param>
public sealed record PendingShare(int Count, long Bytes, DateTimeOffset Oldest)
{
    /// <summary>Seconds until the oldest expires, at least 1.</summary>
    public int SecondsLeft(UploadOptions options, DateTimeOffset now) =>
        Math.Max(1, (int)Math.Ceiling((Oldest + TimeSpan.FromSeconds(options.PendingSeconds) - now).TotalSeconds));
}

/// <summary>Why uploads were not added.</summary>
public abstract record NotAdded
{
    private NotAdded()
    {
    }

    /// <summary>The owner has too much pending.</summary>
    /// <param name="Share">The owner's pending uploads.</param>
    public sealed record TooManyPending(PendingShare Share) : NotAdded;

    /// <summary>A limit of the owner or of the tenant does not leave enough.</summary>
    public sealed record OverLimit(ReachedLimit Limit) : NotAdded;
}

/// <summary>
/// Adds uploads unless their owner has too many pending, because an owner that never confirms could fill the store, and unless a limit of the
/// owner or of the tenant would be passed.
/// </summary>
public sealed class PendingUploads(
    AssetDbContext db, AssetStore assets, IdempotentRequest request, IOptions<UploadOptions> options, IOptions<LimitsOptions> limits, UploadGroups? groups = null)
{
    /// <summary>Adds one upload.</summary>
    /// <returns>Null if the upload was added.</returns>
    public Task<NotAdded?> TryAddAsync(Asset asset, CancellationToken cancellationToken) => TryAddAsync([asset], batch: null, cancellationToken);

    /// <summary>Adds all of these uploads of one owner, and the batch that they are in, or none of them.</summary>
    /// <returns>Null if the uploads were added.</returns>
    /// <exception cref="IdempotencyKeyTakenException">Another request with the same key adds them.</exception>
    public async Task<NotAdded?> TryAddAsync(IReadOnlyList<Asset> uploads, Batch? batch, CancellationToken cancellationToken)
    {
        // A key needs a lock of its own, and an upload of unknown size gets what the limits leave: both have their own transaction.
        if (groups is not null && request.Key is null && Unsized(uploads) is null) return await groups.TryAddAsync(new NewUploads(uploads, batch, cancellationToken));

        var (tenantId, ownerId, bytes) = (uploads[0].TenantId, uploads[0].OwnerId, uploads.Sum(a => a.Size));
        await using var transaction = await request.BeginAsync(cancellationToken);

        // Lock the owner, so that two requests on any instances cannot both take the last free place.
        await db.LockOwnerAsync(tenantId, ownerId, cancellationToken);
        var share = await db.Assets
            .Where(a => a.TenantId == tenantId && a.OwnerId == ownerId && a.Status == AssetStatus.Pending)
            .GroupBy(a => a.OwnerId)
            .Select(mine => new PendingShare(mine.Count(), mine.Sum(a => a.Size), mine.Min(a => a.CreatedAt)))
            .SingleOrDefaultAsync(cancellationToken) ?? new PendingShare(0, 0, uploads[0].CreatedAt);
        if (Unsized(uploads) is { } first && options.Value.PendingBytesPerOwner - share.Bytes is >= 1 and var free)
        {
            first.LowerBound(free);
            bytes = first.Size;
        }

        if (share.Count + uploads.Count > options.Value.PendingPerOwner || share.Bytes > options.Value.PendingBytesPerOwner - bytes)
            return new NotAdded.TooManyPending(share);
        if (batch is not null) db.Batches.Add(batch);
        request.Record(batch?.Id ?? uploads[0].Id);
        await assets.AddAsync(uploads, cancellationToken);

        // The counters are locked since they were raised, so what passes a limit here is the last one that would; it is rolled back.
        if (ReachedLimit.Find(db.SavedCounters, uploads.Count, bytes, limits.Value) is { } reached && !await TryLowerAsync(uploads, cancellationToken))
        {
            db.ChangeTracker.Clear();
            return new NotAdded.OverLimit(reached);
        }

        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    private static Asset? Unsized(IReadOnlyList<Asset> uploads) => uploads is [{ SizeIsBound: true } one] ? one : null;

    // An upload of unknown size gets what the limits leave. The counters are still locked, so nobody takes it meanwhile.
    private async Task<bool> TryLowerAsync(IReadOnlyList<Asset> uploads, CancellationToken cancellationToken)
    {
        if (Unsized(uploads) is not { } upload || ReachedLimit.BytesLeft(db.SavedCounters, files: 1, upload.Size, limits.Value) is not (>= 1 and var left)) return false;
        upload.LowerBound(left);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
