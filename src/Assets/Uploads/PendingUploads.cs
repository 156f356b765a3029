using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Uploads;

/// <summary>The pending uploads of one owner.</summary>
/// <param name="Count">Uploads that are not confirmed.</param>
/// <param name="Bytes">Total of their announced sizes.</param>
/// <param name="Oldest">When the oldest of them was requested.</param>
public sealed record PendingShare(int Count, long Bytes, DateTimeOffset Oldest);

/// <summary>Adds an upload unless its owner has too many pending; otherwise an owner that never confirms could fill the store.</summary>
public sealed class PendingUploads(AssetDbContext db, AssetStore assets, IOptions<UploadOptions> options)
{
    /// <returns>Null if the upload was added; else the owner's pending uploads.</returns>
    public async Task<PendingShare?> TryAddAsync(Asset asset, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Lock the owner, so that two requests on any instances cannot both take the last free place.
        await db.LockOwnerAsync(asset.TenantId, asset.OwnerId, cancellationToken);
        var share = await db.Assets
            .Where(a => a.TenantId == asset.TenantId && a.OwnerId == asset.OwnerId && a.Status == AssetStatus.Pending)
            .GroupBy(a => a.OwnerId)
            .Select(mine => new PendingShare(mine.Count(), mine.Sum(a => a.Size), mine.Min(a => a.CreatedAt)))
            .SingleOrDefaultAsync(cancellationToken);
        if (share is not null && (share.Count >= options.Value.PendingPerOwner || share.Bytes > options.Value.PendingBytesPerOwner - asset.Size)) return share;
        await assets.AddAsync(asset, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }
}
