using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Uploads;

/// <summary>What an owner has pending.</summary>
/// <param name="Count">Uploads that are not confirmed.</param>
/// <param name="Bytes">That were announced for them.</param>
/// <param name="Oldest">When the first of them was offered.</param>
public sealed record PendingShare(int Count, long Bytes, DateTimeOffset Oldest);

/// <summary>Adds uploads as long as their owner does not have too much pending: an owner that never confirms would fill the store otherwise.</summary>
public sealed class PendingUploads(AssetDbContext db, AssetStore assets, IOptions<UploadOptions> options)
{
    /// <returns>Null if the upload was added; else what its owner has pending already.</returns>
    public async Task<PendingShare?> TryAddAsync(Asset asset, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Counting and adding are one step for all instances: two requests at once cannot both find the last place free.
        await db.LockOwnerAsync(asset.OwnerId, cancellationToken);
        var share = await db.Assets
            .Where(a => a.OwnerId == asset.OwnerId && a.Status == AssetStatus.Pending)
            .GroupBy(a => a.OwnerId)
            .Select(mine => new PendingShare(mine.Count(), mine.Sum(a => a.Size), mine.Min(a => a.CreatedAt)))
            .SingleOrDefaultAsync(cancellationToken);
        if (share is not null && (share.Count >= options.Value.PendingPerOwner || share.Bytes > options.Value.PendingBytesPerOwner - asset.Size)) return share;
        await assets.AddAsync(asset, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }
}
